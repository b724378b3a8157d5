import { useNavigate, useParams, useSearch } from "@tanstack/react-router";

/** The parts of the address that a page is about: `/lots/$gtin/$lot`. */
export function useAddressParams(): Readonly<Record<string, string>> {
  return useParams({ strict: false });
}

/** What the page shows of what it could, kept in the address so that it can be sent to somebody. */
export function useAddressSearch(): readonly [
  Readonly<Record<string, string | undefined>>,
  (change: Record<string, string | undefined>) => void,
] {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  return [search, (change) => void navigate({ to: ".", search: { ...search, ...change } })];
}
