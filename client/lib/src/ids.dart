// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

/// Names one thing; begins with its kind.
typedef ApiKeyId = String;

/// Names one thing; begins with its kind.
typedef AuditId = String;

/// Names one thing; begins with its kind.
typedef BondEventId = String;

/// Names one thing; begins with its kind.
typedef CaseId = String;

/// Names one thing; begins with its kind.
typedef CharacterId = String;

/// Names one thing; begins with its kind.
typedef CommentId = String;

/// Names one thing; begins with its kind.
typedef DeviceId = String;

/// Names one thing; begins with its kind.
typedef DiaryEntryId = String;

/// Names one thing; begins with its kind.
typedef JobId = String;

/// Names one thing; begins with its kind.
typedef LorebookId = String;

/// Names one thing; begins with its kind.
typedef MediaId = String;

/// Names one thing; begins with its kind.
typedef MemoryId = String;

/// Names one thing; begins with its kind.
typedef MessageId = String;

/// Names one thing; begins with its kind.
typedef MomentId = String;

/// Names one thing; begins with its kind.
typedef NotificationId = String;

/// Names one thing; begins with its kind.
typedef ReminderId = String;

/// Names one thing; begins with its kind.
typedef ReportId = String;

/// Names one thing; begins with its kind.
typedef SessionId = String;

/// Names one thing; begins with its kind.
typedef SubscriptionId = String;

/// Names one thing; begins with its kind.
typedef UserId = String;
