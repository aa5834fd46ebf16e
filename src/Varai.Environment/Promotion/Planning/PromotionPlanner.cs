using System.Text;
using Microsoft.Extensions.Options;
using Varai.Configuration;
using Varai.Promotion.Merging;
using Varai.Promotion.Store;
using Varai.Secrets;
using Varai.State;

namespace Varai.Promotion.Planning;

/// <summary>Works out what promotions, rollbacks and restores do.</summary>
internal sealed class PromotionPlanner
{
    private readonly IConfigurationDocuments _documents;
    private readonly VersionLookup _versions;
    private readonly PromotionStore _store;
    private readonly SnapshotStore _snapshots;
    private readonly IPromotionSecrets _secrets;
    private readonly TimeProvider _time;
    private readonly PromotionOptions _options;
    private readonly KeyPolicies _policies;

    public PromotionPlanner(
        IConfigurationDocuments documents,
        VersionLookup versions,
        PromotionStore store,
        SnapshotStore snapshots,
        IPromotionSecrets secrets,
        IOptions<PromotionOptions> options,
        TimeProvider time)
    {
        _documents = documents;
        _versions = versions;
        _store = store;
        _snapshots = snapshots;
        _secrets = secrets;
        _time = time;
        _options = options.Value;
        _policies = new KeyPolicies(_options.ProtectedKeys, _options.CreateOnlyKeys);
    }

    public async Task<PlannedPromotion> PlanAsync(PromotionRequest request, CancellationToken cancellationToken)
    {
        ConfigurationSnapshot source = await ReadSharedAsync(request.Source, cancellationToken).ConfigureAwait(false);
        (ConfigurationSnapshot full, ConfigurationSnapshot target) = await ReadTargetAsync(request.Target, cancellationToken).ConfigureAwait(false);
        var inputs = new List<ComponentInput>();
        var oldBases = new Dictionary<string, string>(StringComparer.Ordinal);
        Dictionary<string, BaseDocument> known = await FindBasesAsync(request, cancellationToken).ConfigureAwait(false);
        string[] names = FindComponents(request, known.Keys, source, target);
        DocumentIds sourceIds = DocumentIds.Compute(source.Root, request.Target, names);
        DocumentIds targetIds = DocumentIds.Compute(target.Root, request.Target, names);
        string targetHash = ReferenceEquals(full, target) ? targetIds.ContentHash : full.ContentHash;
        foreach (string name in names)
        {
            ConfigurationNode? from = source.Root.Find(name);
            ConfigurationNode? to = target.Root.Find(name);
            string? baseId = known.GetValueOrDefault(name)?.Blob;
            if (baseId is not null)
                oldBases[name] = baseId;
            (string? fromId, string? toId) = (sourceIds.Of(name), targetIds.Of(name));
            ConfigurationNode? basis = baseId is null ? (_options.FirstPromotionConflicts ? null : ThreeWayMerge.CommonKeys(from, to))

                // Mostly one side has not changed since, and then it is the base.
                : toId == baseId ? to
                : fromId == baseId ? from
                : await _snapshots.ReadComponentAsync(baseId, cancellationToken).ConfigureAwait(false);
            inputs.Add(new ComponentInput(name, basis, from, to) { BaseId = baseId, SourceId = fromId, TargetId = toId });
        }

        PromotionStageSettings? stage = SettingsOf(request.Target);
        ConfigurationVersion? newest = await _versions.FindNewestAsync(request.Source, cancellationToken).ConfigureAwait(false);
        string sourceFull = newest is null || newest.ContentHash == sourceIds.ContentHash
            ? sourceIds.ContentHash
            : (await _documents.ReadAsync(ConfigurationReference.Files(request.Source), cancellationToken).ConfigureAwait(false)).ContentHash;
        var draft = new PromotionPlan
        {
            Kind = PromotionKind.Promotion,
            Source = request.Source,
            Target = request.Target,
            Author = request.Author,
            Reason = request.Reason,
            CreatedAt = _time.GetUtcNow(),
            SourceHash = sourceIds.ContentHash,
            TargetHash = targetHash,
            SourceVersion = newest?.ContentHash == sourceFull ? newest.Number : null,
            SourceSince = stage is { SoakTime.Ticks: > 0 }
                ? await _versions.FindSinceAsync(request.Source, sourceFull, [.. inputs.Select(i => i.Name)], cancellationToken).ConfigureAwait(false)
                : null,
            RequestedComponents = request.Components,
            Resolutions = request.Resolutions,
            Overrides = request.Overrides,
            PolicyHash = PolicyHash(request.Target),
        };
        PlannedPromotion planned = await BuildAsync(
            draft, ConfigurationChangeSource.Promotion, full, target, inputs, _policies, key => Decide(request.Resolutions, key), cancellationToken).ConfigureAwait(false);
        return planned with { OldBases = oldBases };
    }

    /// <summary>Plans the way back from a promotion: from the values after it to those before it, on what is there now.</summary>
    public async Task<PlannedPromotion> PlanRollbackAsync(
        PromotionRecord record, string author, string reason, PromotionConflictHandling handling, CancellationToken cancellationToken)
    {
        string environment = record.Plan.Target;
        (ConfigurationSnapshot full, ConfigurationSnapshot target) = await ReadTargetAsync(environment, cancellationToken).ConfigureAwait(false);
        PromotionSnapshot before = await _snapshots.ReadAsync(record.SnapshotBefore!, cancellationToken).ConfigureAwait(false);
        PromotionSnapshot after = await _snapshots.ReadAsync(record.SnapshotAfter!, cancellationToken).ConfigureAwait(false);
        var inputs = new List<ComponentInput>();
        string[] names = [.. record.Plan.Components.Select(c => c.Name)];
        DocumentIds ids = DocumentIds.Compute(target.Root, environment, names);
        foreach (string name in names)
        {
            ConfigurationNode? basis = await _snapshots.ReadComponentAsync(after, name, cancellationToken).ConfigureAwait(false);
            ConfigurationNode? back = await _snapshots.ReadComponentAsync(before, name, cancellationToken).ConfigureAwait(false);
            inputs.Add(new ComponentInput(name, basis, back, target.Root.Find(name))
            {
                BaseId = SnapshotStore.BlobOf(after, name),
                SourceId = SnapshotStore.BlobOf(before, name),
                TargetId = ids.Of(name),
            });
        }

        PromotionChoice? choice = handling switch
        {
            PromotionConflictHandling.KeepLater => PromotionChoice.KeepTarget,
            PromotionConflictHandling.Force => PromotionChoice.TakeSource,
            _ => null,
        };
        PromotionPlan draft = Draft(PromotionKind.Rollback, environment, environment, author, reason, record.SnapshotBefore!, full);
        return await BuildAsync(
            draft,
            ConfigurationChangeSource.Rollback,
            full,
            target,
            inputs,
            KeyPolicies.None,
            key => choice is { } side ? new PromotionResolution(key, side, $"{handling}: {reason}") : null,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Plans the return to a snapshot.</summary>
    public async Task<PlannedPromotion> PlanRestoreAsync(PromotionRestore restore, CancellationToken cancellationToken)
    {
        PromotionSnapshot snapshot = await _snapshots.ReadAsync(restore.SnapshotId, cancellationToken).ConfigureAwait(false);
        (ConfigurationSnapshot full, ConfigurationSnapshot target) = await ReadTargetAsync(restore.Environment, cancellationToken).ConfigureAwait(false);
        var inputs = new List<ComponentInput>();
        string[] names = [.. restore.Components.Count > 0 ? restore.Components : snapshot.Components.Keys];
        DocumentIds ids = DocumentIds.Compute(target.Root, restore.Environment, names);
        foreach (string name in names)
        {
            ConfigurationNode? from = await _snapshots.ReadComponentAsync(snapshot, name, cancellationToken).ConfigureAwait(false)
                ?? throw new PromotionException($"The snapshot {restore.SnapshotId} has no component '{name}'; it has {string.Join(", ", snapshot.Components.Keys)}.");
            ConfigurationNode? to = target.Root.Find(name);

            // With the target as its own base all that differs comes from the snapshot.
            inputs.Add(new ComponentInput(name, to, from, to) { SourceId = SnapshotStore.BlobOf(snapshot, name), TargetId = ids.Of(name) });
        }

        PromotionPlan draft = Draft(
            PromotionKind.Restore, snapshot.Environment, restore.Environment, restore.Author, restore.Reason, restore.SnapshotId, full);
        return await BuildAsync(
            draft, ConfigurationChangeSource.Restore, full, target, inputs, _policies, static _ => null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The target's document without this machine's own file.</summary>
    public Task<ConfigurationSnapshot> ReadSharedAsync(string environment, CancellationToken cancellationToken) =>
        _documents.ReadAsync(ConfigurationReference.Files(environment) with { IncludeLocalFile = false }, cancellationToken);

    public PromotionStageSettings? SettingsOf(string target) => _options.Stages.TryGetValue(target, out PromotionStageSettings? found) ? found : null;

    private async Task<PlannedPromotion> BuildAsync(
        PromotionPlan draft,
        ConfigurationChangeSource changeSource,
        ConfigurationSnapshot full,
        ConfigurationSnapshot target,
        List<ComponentInput> inputs,
        KeyPolicies policies,
        Func<string, PromotionResolution?> decide,
        CancellationToken cancellationToken)
    {
        var update = new ConfigurationUpdate(draft.Author, draft.Reason)
        {
            EnvironmentName = draft.Target,
            ExpectedContentHash = draft.TargetHash,
            Source = changeSource,
        };
        var json = new ReadableJson(target.Files.FirstOrDefault(f => Path.GetFileNameWithoutExtension(f.Path) == draft.Target));
        var components = new List<PromotionComponent>(inputs.Count);
        var results = new Dictionary<string, ConfigurationNode?>(StringComparer.Ordinal);
        foreach (ComponentInput input in inputs)
        {
            MergeResult merge = ThreeWayMerge.Merge(input.Name, input.Basis, input.Source, input.Target, policies, decide);
            results[input.Name] = merge.Result;
            foreach (PromotionChange change in merge.Changes)
            {
                if (change.After is null)
                    update.Remove(change.Key);
                else
                    update.SetJson(change.Key, Find(merge.Result, input.Name, change.Key) is { } node ? json.Write(node, change.Key) : change.After);
            }

            components.Add(new PromotionComponent
            {
                Name = input.Name,
                BaseHash = input.BaseId,
                SourceHash = input.SourceId,
                TargetHash = input.TargetId,
                Changes = [.. merge.Changes.OrderBy(static c => c.Key, StringComparer.OrdinalIgnoreCase)],
                Conflicts = await WithAuthorsAsync(draft, merge.Conflicts, cancellationToken).ConfigureAwait(false),
                Kept = merge.Kept,
            });
        }

        PromotionPlan plan = draft with
        {
            Components = components,
            TargetVersion = (await _versions.FindNewestAsync(draft.Target, cancellationToken).ConfigureAwait(false))?.Number,
            Errors = await FindErrorsAsync(update, results, full, cancellationToken).ConfigureAwait(false),
            Secrets = await FindSecretsAsync(draft.Target, results, cancellationToken).ConfigureAwait(false),
            Holds = draft.Kind == PromotionKind.Promotion
                ? await FindHoldsAsync(draft.Target, components, results, cancellationToken).ConfigureAwait(false)
                : [],
        };
        return new PlannedPromotion(
            plan with { Hash = PlanHash.Compute(plan) },
            update.Changes.Count > 0 ? update : null,
            target,
            inputs.Where(i => i.Source is not null).ToDictionary(i => i.Name, i => i.Source!, StringComparer.Ordinal),
            new Dictionary<string, string>(StringComparer.Ordinal),
            inputs.Where(i => i is { BaseId: null, Basis: not null }).ToDictionary(i => i.Name, i => i.Basis!, StringComparer.Ordinal));
    }

    private async Task<IReadOnlyList<string>> FindErrorsAsync(
        ConfigurationUpdate update, Dictionary<string, ConfigurationNode?> results, ConfigurationSnapshot full, CancellationToken cancellationToken)
    {
        // A document that does not change is no promotion's fault.
        if (update.Changes.Count == 0)
            return [];
        ConfigurationPreview preview;
        try
        {
            preview = await _documents.PreviewAsync(update, cancellationToken).ConfigureAwait(false);
        }
        catch (ConfigurationException e)
        {
            return [e.Message];
        }

        if (!preview.IsValid)
            return [.. preview.Errors.Select(e => e.ToString())];

        // This machine's own file may hide what was written; others see it.
        if (HasLocalFile(full))
            return [];
        return [.. results.Where(r => !Canonical.AreSame(r.Value, preview.Result.Root.Find(r.Key)))
            .Select(r => $"The component '{r.Key}' can't get its new value by a change of the target's own file alone: a file that environments share gives it another.")];
    }

    private async Task<IReadOnlyList<PromotionSecretReference>> FindSecretsAsync(
        string target, Dictionary<string, ConfigurationNode?> results, CancellationToken cancellationToken)
    {
        var uses = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, ConfigurationNode? node) in results)
        {
            foreach ((string key, ConfigurationNode use) in node is null ? [] : ReferenceKeys.Find(node, name))
            {
                if (!SecretReferences.TryParse(use.Text!, out SecretReferences? references, out _))
                    continue;
                foreach (string secret in references.Names)
                    uses.TryAdd(secret, key);
            }
        }

        var found = new List<PromotionSecretReference>(uses.Count);
        foreach ((string secret, string key) in uses)
        {
            bool? exists = null;
            try
            {
                exists = await _secrets.ExistsAsync(target, secret, cancellationToken).ConfigureAwait(false);
            }
            catch (VaraiException)
            {
                // A backend that is away can't tell; the plan says so.
            }

            found.Add(new PromotionSecretReference(secret, key, exists));
        }

        return found;
    }

    /// <summary>The holds whose values would all be there again.</summary>
    private async Task<IReadOnlyList<string>> FindHoldsAsync(
        string target, List<PromotionComponent> components, Dictionary<string, ConfigurationNode?> results, CancellationToken cancellationToken)
    {
        HoldsDocument? held = (await _store.GetAsync(
            PromotionStore.HoldsKey(target), PromotionJson.Default.HoldsDocument, cancellationToken).ConfigureAwait(false)).Value;
        if (held is null)
            return [];
        return [.. held.Holds.Where(Comes).Select(h => h.RecordId)];

        bool Comes(PromotionHold hold) =>
            hold.Values.Keys.Any(key => components.SelectMany(c => c.Changes).Any(
                change => VersionLookup.IsAtOrBelow(change.Key, key) || VersionLookup.IsAtOrBelow(key, change.Key)))
            && hold.Values.All(v => HashIn(results, v.Key) == v.Value);
    }

    private static string HashIn(Dictionary<string, ConfigurationNode?> results, string key)
    {
        foreach ((string name, ConfigurationNode? node) in results)
        {
            if (VersionLookup.IsAtOrBelow(key, name))
                return Find(node, name, key) is { } found ? Canonical.Hash(found) : "";
        }

        return "not promoted";
    }

    private static ConfigurationNode? Find(ConfigurationNode? component, string name, string key) =>
        component is null ? null : key.Length == name.Length ? component : component.FindKey(key[(name.Length + 1)..]);

    private async Task<IReadOnlyList<PromotionConflict>> WithAuthorsAsync(
        PromotionPlan draft, IReadOnlyList<PromotionConflict> conflicts, CancellationToken cancellationToken)
    {
        if (conflicts.Count == 0)
            return conflicts;
        string[] keys = [.. conflicts.Select(c => c.Key)];
        Dictionary<string, string> inSource = draft.Kind == PromotionKind.Promotion
            ? await _versions.FindAuthorsAsync(draft.Source, keys, cancellationToken).ConfigureAwait(false)
            : [];
        Dictionary<string, string> inTarget = await _versions.FindAuthorsAsync(draft.Target, keys, cancellationToken).ConfigureAwait(false);
        return [.. conflicts.Select(c => c with
        {
            SourceAuthor = inSource.GetValueOrDefault(c.Key),
            TargetAuthor = inTarget.GetValueOrDefault(c.Key),
        })];
    }

    /// <summary>What was last promoted between the two, by component.</summary>
    private async Task<Dictionary<string, BaseDocument>> FindBasesAsync(PromotionRequest request, CancellationToken cancellationToken)
    {
        var bases = new Dictionary<string, BaseDocument>(StringComparer.OrdinalIgnoreCase);
        string prefix = PromotionStore.BaseKey(request.Target, request.Source, component: "");
        await foreach (StateDocument document in _store.State.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            string name = Encoding.UTF8.GetString(Convert.FromHexString(document.Key[prefix.Length..]));
            bases[name] = PromotionStore.Read(document, PromotionJson.Default.BaseDocument);
        }

        return bases;
    }

    private static string[] FindComponents(
        PromotionRequest request, IEnumerable<string> based, ConfigurationSnapshot source, ConfigurationSnapshot target)
    {
        string[] known = [.. source.Root.Members.Select(m => m.Name).Concat(based).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (request.Components.Count == 0)
            return [.. known.Order(StringComparer.Ordinal)];
        foreach (string name in request.Components)
        {
            if (name.Contains(':', StringComparison.Ordinal))
                throw new PromotionException($"'{name}' is no component: components are the top keys of an environment's document, such as '{name.Split(':')[0]}'.");
            if (known.Contains(name, StringComparer.OrdinalIgnoreCase) || target.Root.Find(name) is not null)
                continue;
            string hint = Spelling.Nearest(name, known) is { } nearest ? $" Did you mean '{nearest}'?" : $" It has {string.Join(", ", known)}.";
            throw new PromotionException($"The environment '{request.Source}' has no component '{name}'.{hint}");
        }

        return [.. request.Components.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
    }

    private async Task<(ConfigurationSnapshot Full, ConfigurationSnapshot Shared)> ReadTargetAsync(string target, CancellationToken cancellationToken)
    {
        ConfigurationSnapshot full = await _documents.ReadAsync(ConfigurationReference.Files(target), cancellationToken).ConfigureAwait(false);
        return (full, HasLocalFile(full) ? await ReadSharedAsync(target, cancellationToken).ConfigureAwait(false) : full);
    }

    private static bool HasLocalFile(ConfigurationSnapshot document) =>
        document.Files.Any(f => Path.GetFileNameWithoutExtension(f.Path).EndsWith(".local", StringComparison.OrdinalIgnoreCase));

    private PromotionPlan Draft(
        PromotionKind kind, string source, string target, string author, string reason, string sourceHash, ConfigurationSnapshot full) => new()
        {
            Kind = kind,
            Source = source,
            Target = target,
            Author = author,
            Reason = reason,
            CreatedAt = _time.GetUtcNow(),
            SourceHash = sourceHash,
            TargetHash = full.ContentHash,
            PolicyHash = PolicyHash(target),
        };

    public string PolicyHash(string target)
    {
        PromotionStageSettings? stage = SettingsOf(target);
        string text = $"{new Pipeline(_options.Pipeline)}|{_policies}|{_options.FirstPromotionConflicts}"
            + (stage is null ? "" : string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"|{stage.RequiredApprovals}|{string.Join(',', stage.Approvers)}|{stage.ApprovalLifetime}|{stage.SoakTime}|{string.Join(',', stage.FreezeWindows)}"));
        return Canonical.Hash(Encoding.UTF8.GetBytes(text));
    }

    private static PromotionResolution? Decide(IReadOnlyList<PromotionResolution> resolutions, string key) =>
        resolutions.FirstOrDefault(r => VersionLookup.IsAtOrBelow(key, r.Key));
}
