"use client";

import { type ReactNode, useId } from "react";

type RadioCardsProps<Value extends string> = {
  name: string;
  legend: string;
  defaultValue: Value;
  choices: readonly { value: Value; label: string; hint: ReactNode; icon?: ReactNode }[];
};

/** A choice of few, each with a sentence that says what it means. Native radios: arrows and forms just work. */
export function RadioCards<Value extends string>({ name, legend, defaultValue, choices }: RadioCardsProps<Value>) {
  const id = useId();
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-semibold text-sm">{legend}</legend>
      {choices.map(({ value, label, hint, icon }) => (
        <label
          key={value}
          className="flex cursor-pointer items-start gap-3 rounded-md border border-input px-3 py-2.5 transition-colors hover:bg-accent has-checked:border-primary has-focus-visible:outline-2 has-focus-visible:outline-ring has-checked:bg-primary-soft has-focus-visible:outline-offset-2"
        >
          <input
            type="radio"
            name={name}
            value={value}
            defaultChecked={value === defaultValue}
            aria-describedby={`${id}-${value}`}
            aria-label={label}
            className="mt-[0.3em] size-4 shrink-0 outline-none"
          />
          <span className="min-w-0 flex-1">
            <span className="flex items-center gap-1.5 font-semibold [&_svg]:size-[1em]">
              {icon}
              {label}
            </span>
            <span id={`${id}-${value}`} className="block text-muted-foreground text-sm">
              {hint}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
