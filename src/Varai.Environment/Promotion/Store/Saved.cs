namespace Varai.Promotion.Store;

/// <summary>A document with the version it was read at; 0 when it is not there.</summary>
internal readonly record struct Saved<T>(T? Value, long Version)
    where T : class;
