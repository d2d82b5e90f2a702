// The look: PrimeVue's Aura with the desk's own teal, light and dark.
import { definePreset } from "@primeuix/themes";
import Aura from "@primeuix/themes/aura";

/** The attribute of <html> that says which of the two is shown. */
export const DARK_SELECTOR = '[data-theme="dark"]';

/** Aura's own are too light under white letters: these are told apart by people who see contrast badly. */
const grave = (hue: string) => ({
  background: `{${hue}.700}`,
  hoverBackground: `{${hue}.800}`,
  activeBackground: `{${hue}.900}`,
  borderColor: `{${hue}.700}`,
  hoverBorderColor: `{${hue}.800}`,
  activeBorderColor: `{${hue}.900}`,
});
const letters = { danger: { color: "{red.700}" }, warn: { color: "{orange.700}" } };

export const preset = definePreset(Aura, {
  semantic: {
    primary: Object.fromEntries(
      [50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 950].map((shade) => [shade, `{teal.${shade}}`]),
    ),
    colorScheme: {
      light: {
        primary: {
          color: "{primary.700}",
          contrastColor: "#ffffff",
          hoverColor: "{primary.800}",
          activeColor: "{primary.900}",
        },
      },
      dark: { content: { background: "var(--surface)" }, formField: { background: "var(--ground)" } },
    },
  },
  components: {
    toast: {
      colorScheme: { light: { success: { color: "{green.800}" }, error: { color: "{red.700}" } } },
    },
    button: {
      colorScheme: {
        light: { root: { danger: grave("red"), warn: grave("orange") }, outlined: letters, text: letters },
      },
    },
  },
});
