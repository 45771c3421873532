import { Search } from "lucide-react";
import { SEARCH_MAX_LENGTH } from "@/protocol/limits";
import { Input } from "./input";

type SearchInputProps = { label: string; placeholder: string; value: string; onChange: (value: string) => void };

/** A field to search with, marked by a magnifying glass. */
export function SearchInput({ label, placeholder, value, onChange }: SearchInputProps) {
  return (
    <div className="relative">
      <Search aria-hidden className="absolute start-3 top-1/2 size-4 -translate-y-1/2 text-muted-foreground" />
      <Input
        type="search"
        dir="auto"
        aria-label={label}
        placeholder={placeholder}
        autoComplete="off"
        maxLength={SEARCH_MAX_LENGTH}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="ps-9"
      />
    </div>
  );
}
