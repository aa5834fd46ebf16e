namespace Varai.Data.Databases;

/// <summary>What the tables of a whole database have to be after it was copied.</summary>
internal sealed record DatabaseChecks(IReadOnlyList<DataFingerprint> Tables);
