// A piece of a table that is drawn again when what it reads has changed, without the table around it.
import type { FunctionalComponent } from "vue";

export const LiveCell: FunctionalComponent = (_, { slots }) => slots["default"]?.();
