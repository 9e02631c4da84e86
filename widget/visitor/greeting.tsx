// Before the first question: the owner's greeting and the questions they offer to begin with.
import { Icon } from "../icons.tsx";
import { useTalk } from "../talk-context.ts";
import { useVisitor } from "./visitor-context.ts";

export function Greeting() {
  const { chat, t } = useTalk();
  const { greeting = "", starters = [] } = useVisitor().face.value ?? {};
  return (
    <div class="first">
      <div class="hello">
        <h2 class="visitor-greeting" dir="auto">
          {greeting || t.chat.greeting}
        </h2>
        <p>{t.chat.greetingNote}</p>
      </div>
      {starters.length > 0 && (
        <ul class="starters" aria-label={t.chat.startersFor}>
          {starters.map((question) => (
            <li key={question}>
              <button type="button" onClick={() => chat.ask(question)}>
                <span class="starter" dir="auto">
                  {question}
                </span>
                <Icon name="next" small />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
