using Microsoft.Extensions.Primitives;
using Varai.Configuration;
using Varai.FeatureFlags;

namespace Varai.Testing.FeatureFlags;

public sealed partial class FeatureFlagStoreContract
{
    // Two writers meet by chance; so they get several.
    private const int Races = 10;

    private const string Author = "varai contract";
    private const string Kept = "contract_kept";
    private const string New = "contract_new";
    private const string Unicode = "contract_größe_日本_🚀";

    private static readonly string[] RaceAuthors = ["varai contract, first", "varai contract, second"];

    /// <summary>What was written is loaded, whatever is in the names and definitions; what was not named stays.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task LoadsWhatWasWrittenAsync(CancellationToken cancellationToken = default)
    {
        await _replace([new(Kept, true)], cancellationToken).ConfigureAwait(false);
        const string Definition = """{"enabled":true,"parameters":{"rate":0.25,"big":12345678901234567890,"text":"\"ä\" \n日本","list":[1,{"a":[]}]}}""";
        FeatureFlagSet written = await WriteAsync(
            Write("defines", (New, Definition), (Unicode, "false")) with
            {
                Segments = [new("contract_segment", ConfigurationJson.Parse("""{"users":["anna","bert"]}""", "segment"))],
            },
            cancellationToken).ConfigureAwait(false);

        FeatureFlagSet loaded = await _store.LoadAsync(cancellationToken).ConfigureAwait(false);
        Check(loaded.GetDifferences(written).Count == 0, "The next LoadAsync gave other flags than WriteAsync.");
        CheckNames(loaded, Kept, New, Unicode);
        Check(loaded.Find(Kept)!.Enabled, "A flag that a write did not name was changed.");
        Check(
            loaded.Find(New)!.Node.HasSameValues(ConfigurationJson.Parse(Definition, "flag")),
            $"The definition {Definition} was written, {ConfigurationJson.ToJson(loaded.Find(New)!.Node)} was loaded.");
        Check(loaded.FindSegment("contract_segment")?.Node.Find("users")?.Items.Count == 2, "A segment that was written was not loaded.");
    }

    /// <summary>A definition takes the place of the one of its name whatever the case, and <see langword="null"/> removes it;
    /// removing what is not there changes nothing.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task ReplacesAndRemovesAsync(CancellationToken cancellationToken = default)
    {
        await _replace([new(Kept, true), new("contract_old", true)], cancellationToken).ConfigureAwait(false);
        await WriteAsync(Write("replaces", (Kept.ToUpperInvariant(), """{"enabled":false,"parameters":{"a":1}}""")), cancellationToken).ConfigureAwait(false);
        await WriteAsync(Write("replaces again", (Kept, """{"enabled":true}"""), ("contract_old", null), ("contract_never", null)), cancellationToken).ConfigureAwait(false);

        FeatureFlagSet loaded = await _store.LoadAsync(cancellationToken).ConfigureAwait(false);
        CheckNames(loaded, Kept);
        Check(loaded.Definitions[0].Enabled, "A definition that was replaced was loaded.");
        Check(loaded.Definitions[0].Parameters is null, "A member that the new definition does not have was loaded.");
    }

    /// <summary>Different sets have different versions; the same set has the same one each time, and a write that changes nothing
    /// makes none.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task GivesVersionsAsync(CancellationToken cancellationToken = default)
    {
        await _replace([new(Kept, true)], cancellationToken).ConfigureAwait(false);
        FeatureFlagSet first = await _store.LoadAsync(cancellationToken).ConfigureAwait(false);
        Check(first.Version.Length > 0, "A store that can be written gave a set without a version.");
        FeatureFlagSet second = await WriteAsync(Write("changes", (Kept, "false")), cancellationToken).ConfigureAwait(false);
        Check(second.Version != first.Version, $"Two different sets have the version '{first.Version}'.");
        string again = (await _store.LoadAsync(cancellationToken).ConfigureAwait(false)).Version;
        Check(again == second.Version, $"A set was written as version '{second.Version}' and loaded as '{again}'.");
        string same = (await WriteAsync(Write("changes nothing", (Kept, "false")), cancellationToken).ConfigureAwait(false)).Version;
        Check(same == second.Version, $"A write that changes nothing made the version '{same}' of '{second.Version}'.");
    }

    /// <summary>A write for another version is refused with both versions, and nothing of it is written.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task RefusesAnotherVersionAsync(CancellationToken cancellationToken = default)
    {
        await _replace([new(Kept, true)], cancellationToken).ConfigureAwait(false);
        FeatureFlagSet first = await _store.LoadAsync(cancellationToken).ConfigureAwait(false);
        FeatureFlagSet second = await WriteAsync(
            Write("is first", (Kept, "false")) with { ExpectedVersion = first.Version }, cancellationToken).ConfigureAwait(false);
        try
        {
            await WriteAsync(
                Write("is late", (New, "true"), (Kept, null), (Unicode, "true")) with { ExpectedVersion = first.Version }, cancellationToken).ConfigureAwait(false);
        }
        catch (FeatureFlagConflictException e)
        {
            Check(
                (e.Expected, e.Found) == (first.Version, second.Version),
                $"The conflict names the versions '{e.Expected}' and '{e.Found}', not '{first.Version}' and '{second.Version}'.");
            FeatureFlagSet loaded = await _store.LoadAsync(cancellationToken).ConfigureAwait(false);
            Check(loaded.Version == second.Version && loaded.GetDifferences(second).Count == 0, "A write that was refused changed something.");
            return;
        }

        throw new ContractException("A write for a version that is gone did not throw FeatureFlagConflictException.");
    }

    /// <summary>Of two writers that expect the same version, exactly one succeeds, and all of what it wrote is there.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task OneOfTwoWritersWinsAsync(CancellationToken cancellationToken = default)
    {
        await _replace([new(Kept, true)], cancellationToken).ConfigureAwait(false);
        for (int race = 0; race < Races; race++)
        {
            FeatureFlagSet before = await _store.LoadAsync(cancellationToken).ConfigureAwait(false);
            string?[] won = await Task.WhenAll(RaceAuthors.Select(author => Task.Run(() => TryAsync(author, race, before.Version), cancellationToken))).ConfigureAwait(false);
            string[] winners = [.. won.OfType<string>()];
            Check(winners.Length == 1, $"Of two writers that expected the version '{before.Version}', {winners.Length} succeeded.");
            FeatureFlagSet after = await _store.LoadAsync(cancellationToken).ConfigureAwait(false);
            string expected = WhoAndWhen(winners[0], race);
            foreach (string name in (string[])[Kept, New])
            {
                string? found = after.Find(name)?.Parameters?.Find("by")?.Text;
                Check(found == expected, $"'{expected}' won, but '{name}' is of '{found}'.");
            }
        }

        async Task<string?> TryAsync(string author, int race, string version)
        {
            string definition = $$"""{ "enabled": true, "parameters": { "by": "{{WhoAndWhen(author, race)}}" } }""";
            try
            {
                await _store.WriteAsync(
                    Write("races", (Kept, definition), (New, definition)) with { Author = author, ExpectedVersion = version }, cancellationToken).ConfigureAwait(false);
                return author;
            }
            catch (FeatureFlagConflictException)
            {
                return null;
            }
        }

        static string WhoAndWhen(string author, int race) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{author}, {race}");
    }

    /// <summary>A store with history has each write in it, newest first: who, why, the version it made, and the definitions before
    /// and after.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task KeepsHistoryAsync(CancellationToken cancellationToken = default)
    {
        await _replace([new(Kept, true)], cancellationToken).ConfigureAwait(false);
        FeatureFlagSet first = await WriteAsync(Write("adds one", (New, """{"enabled":true,"parameters":{"n":1}}""")), cancellationToken).ConfigureAwait(false);
        FeatureFlagSet second = await WriteAsync(
            Write("changes and removes", (New, """{"enabled":false,"parameters":{"n":1}}"""), (Kept, null)) with { Author = Author + " 2" }, cancellationToken).ConfigureAwait(false);
        var revisions = new List<FeatureFlagRevision>();
        await foreach (FeatureFlagRevision revision in _store.GetHistoryAsync(cancellationToken).ConfigureAwait(false))
        {
            revisions.Add(revision);
            if (revisions.Count == 2)
                break;
        }

        if (revisions.Count == 0)
            return;
        Check(revisions.Count == 2, "The history has not every write.");
        CheckRevision(revisions[0], Author + " 2", "changes and removes", second.Version, (Kept, true, false), (New, true, true));
        CheckRevision(revisions[1], Author, "adds one", first.Version, (New, false, true));
        Check(revisions[0].Time >= revisions[1].Time, "A later revision has an earlier time.");
        Check(revisions[0].Time.Offset == TimeSpan.Zero, "The time of a revision is not in UTC.");
        FeatureFlagDifference change = revisions[0].Changes.Single(c => c.Name == New);
        Check(
            Same(change.Before!, """{"enabled":true,"parameters":{"n":1}}""") && Same(change.After!, """{"enabled":false,"parameters":{"n":1}}"""),
            $"The history has '{change.Before}' and '{change.After}' as the definitions before and after.");

        static bool Same(string json, string expected) => ConfigurationJson.Parse(json, "history").HasSameValues(ConfigurationJson.Parse(expected, "expected"));
    }

    /// <summary>A write fires the token that was taken before it, and the next load has it.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task TellsOfAWriteAsync(CancellationToken cancellationToken = default)
    {
        await _replace([new(Kept, false)], cancellationToken).ConfigureAwait(false);
        IChangeToken token = _store.GetChangeToken();
        await _store.LoadAsync(cancellationToken).ConfigureAwait(false);
        await CheckFiresAsync(
            token, () => WriteAsync(Write("tells", (Kept, "true")), cancellationToken), cancellationToken).ConfigureAwait(false);
        await CheckHoldsAsync([(Kept, true)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A cancelled token in is an <see cref="OperationCanceledException"/> out, and nothing is written.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task HonoursCancellationOfAWriteAsync(CancellationToken cancellationToken = default)
    {
        await _replace([new(Kept, false)], cancellationToken).ConfigureAwait(false);
        try
        {
            await _store.WriteAsync(Write("is cancelled", (Kept, "true")), new CancellationToken(canceled: true)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await CheckHoldsAsync([(Kept, false)], cancellationToken).ConfigureAwait(false);
            return;
        }

        throw new ContractException("WriteAsync with a cancelled token did not throw OperationCanceledException.");
    }

    private async Task<bool> IsWritableAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _store.WriteAsync(Write("asks whether it can", ("contract_probe", "true")), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }

    private async Task<FeatureFlagSet> WriteAsync(FeatureFlagWrite write, CancellationToken cancellationToken) =>
        await _store.WriteAsync(write, cancellationToken).ConfigureAwait(false) ?? throw new ContractException("WriteAsync gave null.");

    private static FeatureFlagWrite Write(string reason, params IEnumerable<(string Name, string? Json)> flags) => new()
    {
        Author = Author,
        Reason = $"the contract {reason}",
        Flags = [.. flags.Select(f => KeyValuePair.Create(f.Name, f.Json is null ? null : ConfigurationJson.Parse(f.Json, f.Name)))],
    };

    private static void CheckNames(FeatureFlagSet set, params IEnumerable<string> expected)
    {
        string found = string.Join(", ", set.Definitions.Select(d => d.Name).Order(StringComparer.Ordinal));
        string wanted = string.Join(", ", expected.Order(StringComparer.Ordinal));
        Check(found == wanted, $"LoadAsync gave [{found}], not [{wanted}].");
    }

    private static void CheckRevision(
        FeatureFlagRevision revision, string author, string reason, string version, params IEnumerable<(string Name, bool Before, bool After)> changes)
    {
        Check(
            (revision.Author, revision.Reason, revision.Version) == (author, $"the contract {reason}", version),
            $"The history has version '{revision.Version}' by '{revision.Author}' because '{revision.Reason}', "
            + $"not '{version}' by '{author}' because 'the contract {reason}'.");
        string found = string.Join(", ", revision.Changes.Select(c => (c.Name, c.Before is not null, c.After is not null)).OrderBy(c => c.Name, StringComparer.Ordinal));
        string wanted = string.Join(", ", changes);
        Check(found == wanted, $"The history has the changes (name, was there, is there) [{found}], not [{wanted}].");
    }
}
