using System.Globalization;
using System.Security.Cryptography;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Rollouts;

namespace Varai.Tests.FeatureFlags.Rollouts;

/// <summary>The flags that all nodes share, and what became of them.</summary>
internal sealed class FlagBoard
{
    private readonly Lock _lock = new();
    private FeatureFlagSet _set = FeatureFlagSet.Empty;
    private long _version;

    /// <summary>Whether equal states have equal versions, so that a version can come again.</summary>
    public bool IsHashed { get; init; }

    /// <summary>Who wrote what, and what the watched flag was like afterwards.</summary>
    public List<(string Author, string Reason, double? Percentage)> Edits { get; } = [];

    public FeatureFlagSet Set
    {
        get
        {
            lock (_lock)
                return _set;
        }
    }

    public ConfigurationNode? Find(string name) => Set.Find(name)?.Node;

    public string Json(string name) => ConfigurationJson.ToJson(Find(name)!);

    /// <summary>A person's edit: not counted among <see cref="Edits"/>.</summary>
    public void Write(string name, string? json)
    {
        lock (_lock)
            Replace(name, json is null ? null : ConfigurationJson.Parse(json, "test"));
    }

    public FeatureFlagSet Apply(FeatureFlagEdit edit)
    {
        lock (_lock)
        {
            if (edit.ExpectedVersion is { } expected && expected != _set.Version)
                throw new FeatureFlagConflictException(expected, _set.Version);
            foreach (Func<FeatureFlagSet, FeatureFlagEditStep> step in edit.Steps)
            {
                FeatureFlagEditStep change = step(_set);
                Replace(change.Name, change.Definition);
                Edits.Add((edit.Author, edit.Reason, change.Definition is null ? null : RolloutFlag.Read(change.Definition).Percentage));
            }

            return _set;
        }
    }

    private void Replace(string name, ConfigurationNode? node)
    {
        FeatureFlagDefinition[] rest = [.. _set.Definitions.Where(d => d.Name != name)];
        FeatureFlagDefinition[] all = node is null ? rest : [.. rest, new FeatureFlagDefinition(name, node)];
        string version = IsHashed
            ? Convert.ToHexString(SHA256.HashData([.. all.SelectMany(d => ConfigurationJson.ToUtf8(d.Node))]))
            : (++_version).ToString(CultureInfo.InvariantCulture);
        _set = new FeatureFlagSet(all, segments: null, version);
    }
}
