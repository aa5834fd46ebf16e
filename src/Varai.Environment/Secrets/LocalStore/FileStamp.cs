namespace Varai.Secrets.LocalStore;

/// <summary>What tells one content of a file from the next: each write gives it a later time.</summary>
internal sealed record FileStamp(DateTime Written, long Length);
