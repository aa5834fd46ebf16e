namespace Varai.AzureCloud.Tests.Server;

/// <summary>A secret in the test server with all its versions, the newest last.</summary>
internal sealed class StoredSecret
{
    /// <summary>The name in the case it was created with.</summary>
    public required string Name { get; init; }

    public List<StoredVersion> Versions { get; } = [];

    public StoredVersion Current => Versions[^1];

    public SecretStage Stage { get; set; }

    /// <summary>How many more requests see the stage before it ends.</summary>
    public int Remaining { get; set; }

    public long DeletedAt { get; set; }
}
