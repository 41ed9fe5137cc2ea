// Why a character is shown, in words.

import { said, t } from '../messages';
import { tagName } from './seeds';
import type { RecommendationReason } from './wire';

export function why(reason: RecommendationReason): string {
  const words = t.discover.why;
  switch (reason.kind) {
    case 'because_you_like':
    case 'similar_to':
      return reason.character ? words[reason.kind](reason.character.name) : words.matches_your_taste();
    case 'matches_your_tags':
      return reason.tag ? words.matches_your_tags(tagName(reason.tag)) : words.matches_your_taste();
    default:
      // A server that is newer may know another.
      return said<(name: string) => string>(words, reason.kind)?.('') ?? '';
  }
}
