import { cn } from "@/components/ui/cn";
import type { MessageFile } from "@/protocol/files";
import { Picture } from "./picture";
import { placeOf } from "./picture-size";

/** The pictures of a message: one in its own proportions, several as squares. */
export function Gallery({ pictures }: { pictures: readonly MessageFile[] }) {
  const [first] = pictures;
  if (first && pictures.length === 1) {
    const { width, height } = placeOf(first);
    return (
      <Picture
        file={first}
        sizes={`${width}px`}
        className="max-w-full"
        style={{ width, aspectRatio: `${width} / ${height}` }}
      />
    );
  }
  const isInTwo = pictures.length === 2 || pictures.length === 4;
  return (
    <ul
      aria-label={`${pictures.length} pictures`}
      className={cn("grid w-full max-w-[26rem] gap-1", isInTwo ? "grid-cols-2" : "grid-cols-3")}
    >
      {pictures.map((file) => (
        <li key={file.id}>
          <Picture file={file} isCover sizes={isInTwo ? "206px" : "136px"} className="aspect-square rounded-md" />
        </li>
      ))}
    </ul>
  );
}
