// The fields of a form whose bounds the API's schema tells: their texts, what is wrong with them, and what to send.
import { computed, reactive, ref, watch } from "vue";
import type { SettingText } from "../../schemaTexts.ts";
import { problemOf } from "../format/bounds.ts";
import type { Issue } from "./actions.ts";

type Texts = Readonly<Record<string, string>>;

/**
 * For the setup of a component. They begin as `asTheyAre` says, and again when that changes; undefined while it is not known.
 * Without it they begin as they usually are. Booleans are kept as texts too.
 */
export function useBoundedFields(
  fields: readonly SettingText[],
  asTheyAre: () => Texts | undefined = () => Object.fromEntries(fields.map(({ name, usual }) => [name, usual])),
) {
  const texts = ref<Record<string, string>>({});
  /** What the server said of the texts that were sent. A fault may lie between two fields: any change makes it old. */
  const refused = ref<Record<string, string>>({});
  watch(
    texts,
    () => {
      refused.value = {};
    },
    { deep: true },
  );

  function restore(): void {
    const are = asTheyAre();
    if (are !== undefined) texts.value = { ...are };
  }
  /** Other ones, not the same ones read again: what one has typed stays. */
  watch(() => JSON.stringify(asTheyAre()), restore, { immediate: true });

  const problems = computed(() =>
    Object.fromEntries(
      fields.map((field) => [field.name, problemOf(field, texts.value[field.name] ?? "") ?? refused.value[field.name]]),
    ),
  );

  /** Those that are not as they were, as the API takes them. */
  const given = computed(() => {
    const are = asTheyAre();
    if (are === undefined) return {};
    return Object.fromEntries(
      fields.flatMap(({ name, kind }) => {
        const text = texts.value[name] ?? "";
        if (text === are[name]) return [];
        return [[name, kind === "boolean" ? text === "true" : kind === "integer" ? Number(text) : text]];
      }),
    );
  });

  function refuse(issues: readonly Issue[]): void {
    refused.value = Object.fromEntries(issues.map(({ path, message }) => [String(path.at(-1)), message]));
  }

  const isGood = computed(() => Object.values(problems.value).every((problem) => problem === undefined));
  return reactive({ fields, texts, problems, given, isGood, refuse, restore });
}

export type BoundedFields = ReturnType<typeof useBoundedFields>;
