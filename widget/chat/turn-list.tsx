// The questions and answers that are drawn, and the card that a chip shows.
import { Peek, usePeek } from "../answer/peek.tsx";
import { useTalk } from "../talk-context.ts";
import { TurnView } from "./turn-view.tsx";

export interface TurnListProps {
  /** How many at the beginning are not drawn. */
  hidden: number;
  onAnother(): void;
}

export function TurnList({ hidden, onAnother }: TurnListProps) {
  const { chat } = useTalk();
  const peek = usePeek();
  const turns = chat.turns.value;
  return (
    <>
      {turns.slice(hidden).map((turn, index) => (
        <TurnView
          key={turn.key}
          turn={turn}
          isLast={hidden + index === turns.length - 1}
          peek={peek}
          onAnother={onAnother}
        />
      ))}
      <Peek peek={peek} />
    </>
  );
}
