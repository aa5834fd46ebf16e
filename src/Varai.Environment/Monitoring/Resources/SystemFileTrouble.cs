namespace Varai.Monitoring.Resources;

/// <summary>A file that could not be used.</summary>
internal sealed record SystemFileTrouble(string Path, string Reason, Exception? Error);
