using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Options;
using Varai.Configuration;
using Varai.Data;
using Varai.Promotion.Merging;

namespace Varai.Promotion.Capturing;

/// <summary>An environment's configuration as a data component: one item, the document's values as JSON.</summary>
/// <remarks>Values, not files: the shared file is not copied into another environment, comments and layout of the target stay, and what is
/// written goes the way of every update, with its checks, history and locks. Secrets are the references they are written as.</remarks>
internal sealed class ConfigurationComponent(
    IEnvironmentConfiguration configuration, IConfigurationDocuments documents, IOptions<PromotionOptions> options, TimeProvider time) : IDataComponent
{
    public const string ComponentName = "configuration";
    public const string ItemEnd = ".json";

    // Another process is told apart at the commit, by the values it was made for.
    private readonly ConcurrentDictionary<string, string> _restoring = new(StringComparer.Ordinal);

    public string Name => ComponentName;

    public IEnvironmentConfiguration Configuration => configuration;

    public IConfigurationDocuments Documents => documents;

    public PromotionOptions Options => options.Value;

    public async Task<IDataCapture> CaptureAsync(DataCaptureRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        string environment = request.Environment.ToLowerInvariant();
        ConfigurationSnapshot document = await ReadAsync(environment, cancellationToken).ConfigureAwait(false);
        return new ConfigurationCapture(environment, CanonicalJson.Write(document.Root), time.GetUtcNow());
    }

    public async Task<IDataRestore> RestoreAsync(DataRestoreRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ThrowIfInvalidId(request.Id);
        string environment = request.Environment.ToLowerInvariant();
        await ReadAsync(environment, cancellationToken).ConfigureAwait(false);
        if (!_restoring.TryAdd(environment, request.Id))
            throw new DataComponentException(Name, $"Somebody else is restoring the configuration of '{environment}'. Try again later.") { IsTransient = true };
        return new ConfigurationRestoring(this, environment, request);
    }

    public async Task<IReadOnlyList<DataFingerprint>> FingerprintAsync(string environment, CancellationToken cancellationToken)
    {
        ConfigurationSnapshot document = await ReadAsync(environment.ToLowerInvariant(), cancellationToken).ConfigureAwait(false);
        return [new DataFingerprint(".", document.Root.Members.Count, Canonical.Hash(document.Root))];
    }

    public void End(string environment) => _restoring.TryRemove(environment, out _);

    /// <summary>The environment as all machines have it: without this one's own file.</summary>
    /// <exception cref="DataComponentException">There is no such environment, or its files are invalid.</exception>
    public async Task<ConfigurationSnapshot> ReadAsync(string environment, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await documents.ReadAsync(ConfigurationReference.Files(environment) with { IncludeLocalFile = false }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ConfigurationException or ArgumentException)
        {
            throw new DataComponentException(Name, $"The configuration of '{environment}' can't be read: {FirstLine(e)}", e);
        }
    }

    /// <summary>What changes in a target when it gets the values of a source.</summary>
    public MergeOutcome Merge(string source, ConfigurationNode values, string target, ConfigurationNode present, bool deleteMissing)
    {
        // Its own values come back whole, whatever is protected from those of others.
        KeyPolicies policies = source == target ? KeyPolicies.None : new KeyPolicies(Options.ProtectedKeys, Options.CreateOnlyKeys);
        var changes = new List<PromotionChange>();
        var expected = new List<KeyValuePair<string, ConfigurationNode?>>();
        int kept = 0;
        foreach (string name in values.Members.Concat(present.Members).Select(m => m.Name).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            (ConfigurationNode? from, ConfigurationNode? to) = (values.Find(name), present.Find(name));
            MergeResult merge = ThreeWayMerge.Merge(name, deleteMissing ? to : ThreeWayMerge.CommonKeys(from, to), from, to, policies);
            changes.AddRange(merge.Changes);
            kept += merge.Kept.Count;
            expected.Add(new(name, merge.Result));
        }

        return new MergeOutcome(changes, expected, kept);
    }

    private static string FirstLine(Exception e) => e.Message.Split('\n')[0].TrimEnd();

    private static void ThrowIfInvalidId(string id)
    {
        if (id is not { Length: 32 } || !id.All(char.IsAsciiHexDigitLower))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"'{id}' is no id of an attempt: 32 lower-case hexadecimal digits are."), nameof(id));
    }

    /// <summary>What a restore would do.</summary>
    /// <param name="Changes">What changes, key by key.</param>
    /// <param name="Expected">Each component as it has to be afterwards.</param>
    /// <param name="Kept">How many keys a policy keeps.</param>
    internal sealed record MergeOutcome(
        IReadOnlyList<PromotionChange> Changes, IReadOnlyList<KeyValuePair<string, ConfigurationNode?>> Expected, int Kept);
}
