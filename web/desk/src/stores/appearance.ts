// Light or dark: as the system has it, until somebody chooses.
import { defineStore } from "pinia";
import { computed, ref, watchEffect } from "vue";

const KEPT_AS = "papertape.theme";
type Theme = "light" | "dark";

function kept(): Theme | undefined {
  const found = localStorage.getItem(KEPT_AS);
  return found === "light" || found === "dark" ? found : undefined;
}

export const useAppearance = defineStore("appearance", () => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const systemIsDark = ref(system.matches);
  system.addEventListener("change", ({ matches }) => {
    systemIsDark.value = matches;
  });
  const chosen = ref(kept());
  const theme = computed<Theme>(() => chosen.value ?? (systemIsDark.value ? "dark" : "light"));
  watchEffect(() => {
    document.documentElement.dataset["theme"] = theme.value;
  });

  function toggle(): void {
    chosen.value = theme.value === "dark" ? "light" : "dark";
    localStorage.setItem(KEPT_AS, chosen.value);
  }

  return { theme, toggle };
});
