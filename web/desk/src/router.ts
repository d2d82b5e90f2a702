// Which page an address shows. Addresses are behind "#", so that the server has one page, whatever is in front of it.
import { createRouter, createWebHashHistory } from "vue-router";
import OverviewPage from "./pages/OverviewPage.vue";
import { refocusPage } from "./stores/refocus.ts";

declare module "vue-router" {
  interface RouteMeta {
    /** What the browser's tab calls the page. */
    readonly title?: string;
  }
}

/** Pages but the first are loaded when they are opened. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: "/", redirect: () => ({ name: "overview", params: { account: "main" } }) },
    {
      path: "/accounts",
      name: "accounts",
      component: () => import("./pages/AccountsPage.vue"),
      meta: { title: "Accounts" },
    },
    {
      path: "/backtests",
      name: "backtests",
      component: () => import("./pages/BacktestsPage.vue"),
      meta: { title: "Backtests" },
    },
    {
      path: "/backtests/:id",
      name: "backtest",
      component: () => import("./pages/BacktestPage.vue"),
      meta: { title: "Backtest" },
      props: true,
    },
    { path: "/a/:account", name: "overview", component: OverviewPage, meta: { title: "Overview" } },
    {
      path: "/a/:account/trades",
      name: "trades",
      component: () => import("./pages/TradesPage.vue"),
      meta: { title: "Trades" },
    },
    {
      path: "/a/:account/signals",
      name: "signals",
      component: () => import("./pages/SignalsPage.vue"),
      meta: { title: "Signals" },
    },
    {
      path: "/a/:account/eligibility",
      name: "eligibility",
      component: () => import("./pages/EligibilityPage.vue"),
      meta: { title: "Eligibility" },
    },
    {
      path: "/a/:account/compare",
      name: "compare",
      component: () => import("./pages/ComparePage.vue"),
      meta: { title: "Comparison" },
    },
    {
      path: "/a/:account/sessions",
      name: "sessions",
      component: () => import("./pages/SessionsPage.vue"),
      meta: { title: "Sessions" },
    },
    {
      path: "/a/:account/settings",
      name: "settings",
      component: () => import("./pages/SettingsPage.vue"),
      meta: { title: "Settings" },
    },
    {
      path: "/a/:account/positions/:id",
      name: "position",
      component: () => import("./pages/PositionPage.vue"),
      meta: { title: "Position" },
      props: true,
    },
    {
      path: "/:missing(.*)*",
      component: () => import("./pages/MissingPage.vue"),
      meta: { title: "No such page" },
    },
  ],
});

// Whoever has followed a link is at the page that it led to, not nowhere.
router.afterEach(({ path }, from) => {
  if (from.matched.length > 0 && path !== from.path) void refocusPage();
});
router.afterEach(({ meta: { title }, params: { account } }) => {
  const words = [title, account, "Papertape"];
  document.title = words.filter((word) => typeof word === "string").join(" – ");
});
