// The dashboard's beginning.
import { PiniaColada } from "@pinia/colada";
import { createPinia } from "pinia";
import PrimeVue from "primevue/config";
import ConfirmationService from "primevue/confirmationservice";
import ToastService from "primevue/toastservice";
import { createApp } from "vue";
import App from "./App.vue";
import { router } from "./router.ts";
import { DARK_SELECTOR, preset } from "./theme.ts";
import "primeicons/primeicons.css";
import "./desk.css";

/** The page's security policy takes the styles that carry its nonce, and no others. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="papertape-nonce"]')?.content ?? "";

/**
 * The list of a select: its ends are no stops of the keyboard, for nobody is told of them; and it scrolls itself, not what is
 * around it, for it is what the select's field controls.
 */
const SELECT_LIST = {
  hiddenFirstFocusableEl: { tabindex: -1 },
  hiddenLastFocusableEl: { tabindex: -1 },
  listContainer: { style: { maxHeight: "none", overflow: "visible" } },
};

createApp(App)
  .use(createPinia())
  .use(PiniaColada)
  .use(router)
  .use(PrimeVue, {
    csp: { nonce },
    pt: { select: SELECT_LIST, multiselect: SELECT_LIST },
    theme: {
      preset,
      options: { darkModeSelector: DARK_SELECTOR, cssLayer: { name: "primevue", order: "primevue, desk" } },
    },
  })
  .use(ToastService)
  .use(ConfirmationService)
  .mount("#desk");
