// The nouns of the wire. They are those of the contract; a few have a name of their own here.

export type * from '@talker/client';
export { isFinal } from '@talker/client';
export type {
  CharacterBrief as SessionCharacter,
  CharacterFollow as CharacterFollowOut,
  FieldProblem as FieldError,
  FoundMemory as FoundMemoryOut,
  Group as GroupOut,
  GroupCharacter as GroupCharacterOut,
  HistoryOut as HistoryPage,
  ImageOut as MomentImageOut,
  Limit as LimitOut,
  Member as MemberOut,
  MemoryDetail as MemoryDetailOut,
  MemorySource as MemorySourceOut,
  MemoryState as MemoryStateOut,
  MomentAuthor as MomentAuthorOut,
  MomentLikes as MomentLikeOut,
  MomentPatchIn as MomentPatch,
  NoteIn as MemoryIn,
  RecommendationReasonOut as RecommendationReason,
  TracedMemory as TracedMemoryOut,
  TracedReason as ReasonOut,
  UsageTodayOut as UsageToday,
} from '@talker/client';

/** A page of a list. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}
