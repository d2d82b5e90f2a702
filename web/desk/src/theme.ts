// The look: PrimeVue's Aura with the desk's own teal, light and dark.
import { definePreset } from "@primeuix/themes";
import Aura from "@primeuix/themes/aura";

/** The attribute of <html> that says which of the two is shown. */
export const DARK_SELECTOR = '[data-theme="dark"]';

export const preset = definePreset(Aura, {
  semantic: {
    primary: Object.fromEntries(
      [50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 950].map((shade) => [shade, `{teal.${shade}}`]),
    ),
  },
});
