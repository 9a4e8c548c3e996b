import type { Block, TextObject } from "../types";
import { Control } from "../elements/Control";
import { Text } from "./Text";

const WIDE = ["checkboxes", "radio_buttons"];

export function Section({ block }: { block: Block }) {
  const accessory = block.accessory;
  return (
    <div className={`section ${accessory && WIDE.includes(accessory.type) ? "section-stacked" : ""}`}>
      <div className="section-body">
        {block.text && <Text text={block.text} />}
        {block.fields && (
          <div className="fields">
            {block.fields.map((field: TextObject, index: number) => <div key={index}><Text text={field} /></div>)}
          </div>
        )}
      </div>
      {accessory && <div className="section-accessory"><Control el={accessory} blockId={block.block_id ?? ""} acts /></div>}
    </div>
  );
}
