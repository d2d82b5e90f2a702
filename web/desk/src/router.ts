// Which page an address shows. Addresses are behind "#", so that the server has one page, whatever is in front of it.
import { createRouter, createWebHashHistory } from "vue-router";
import OverviewPage from "./pages/OverviewPage.vue";

/** Pages but the first are loaded when they are opened. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: "/", redirect: () => ({ name: "overview", params: { account: "main" } }) },
    { path: "/accounts", name: "accounts", component: () => import("./pages/AccountsPage.vue") },
    { path: "/backtests", name: "backtests", component: () => import("./pages/BacktestsPage.vue") },
    { path: "/backtests/:id", name: "backtest", component: () => import("./pages/BacktestPage.vue"), props: true },
    { path: "/a/:account", name: "overview", component: OverviewPage },
    { path: "/a/:account/trades", name: "trades", component: () => import("./pages/TradesPage.vue") },
    { path: "/a/:account/signals", name: "signals", component: () => import("./pages/SignalsPage.vue") },
    { path: "/a/:account/eligibility", name: "eligibility", component: () => import("./pages/EligibilityPage.vue") },
    { path: "/a/:account/compare", name: "compare", component: () => import("./pages/ComparePage.vue") },
    { path: "/a/:account/sessions", name: "sessions", component: () => import("./pages/SessionsPage.vue") },
    { path: "/a/:account/settings", name: "settings", component: () => import("./pages/SettingsPage.vue") },
    {
      path: "/a/:account/positions/:id",
      name: "position",
      component: () => import("./pages/PositionPage.vue"),
      props: true,
    },
    { path: "/:missing(.*)*", component: () => import("./pages/MissingPage.vue") },
  ],
});
