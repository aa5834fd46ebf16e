using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Varai.Secrets;
using Varai.State;

namespace Varai.Promotion.Store;

/// <summary>The chained entries, each committed together with what it tells of.</summary>
/// <remarks>An entry is the 64 digits of its hash, a space, <c>sha256</c> or <c>hmac-sha256</c>, a line feed, and the JSON with the hash of
/// the entry before. The hash covers everything behind itself, as written.</remarks>
internal sealed class AuditTrail(PromotionStore store, ISecretStore secrets, IOptions<PromotionOptions> options) : IPromotionAudit
{
    // Each round somebody else has got on; this many in a row mean that something is wrong.
    private const int MaximumRounds = 100;
    private const int PageSize = 256;
    private const int HashLength = 64;
    private const string Plain = "sha256";
    private const string Keyed = "hmac-sha256";

    /// <summary>Commits a change with the event that tells of it.</summary>
    /// <param name="happened">The event; it gets its number here.</param>
    /// <param name="build">Adds the change, which may hold the event; called again when somebody else wrote an entry first.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <exception cref="StateConflictException">The change itself met another one.</exception>
    /// <exception cref="LeaseLostException">A lease that the change requires is lost.</exception>
    public async Task<PromotionEvent> CommitAsync(
        PromotionEvent happened, Action<StateTransaction, PromotionEvent> build, CancellationToken cancellationToken)
    {
        byte[]? key = await GetKeyAsync(cancellationToken).ConfigureAwait(false);
        for (int round = 1; ; round++)
        {
            Saved<AuditHead> head = await store.GetAsync(
                PromotionStore.AuditHeadKey, PromotionJson.Default.AuditHead, cancellationToken).ConfigureAwait(false);
            long last = head.Value?.Number ?? 0;
            PromotionEvent numbered = happened with { Number = last + 1 };
            var transaction = new StateTransaction();
            build(transaction, numbered);
            (byte[] content, string hash) = Write(new AuditEntry(head.Value?.Hash, numbered), key);
            transaction
                .Append(PromotionStore.AuditStream, content, last)
                .Put(PromotionStore.AuditHeadKey, PromotionStore.Write(new AuditHead(last + 1, hash), PromotionJson.Default.AuditHead), head.Version);
            try
            {
                await store.State.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
                return numbered;
            }
            catch (StateConflictException e) when (round < MaximumRounds && e.Key is PromotionStore.AuditStream or PromotionStore.AuditHeadKey)
            {
                if (e.Key == PromotionStore.AuditStream
                    && (await store.GetAsync(PromotionStore.AuditHeadKey, PromotionJson.Default.AuditHead, cancellationToken).ConfigureAwait(false)).Version == head.Version)
                {
                    throw new StateException("The audit of promotions does not fit its newest entry; it was changed by hand. VerifyAuditAsync tells what does not fit.", e);
                }
            }
        }
    }

    public async IAsyncEnumerable<PromotionEvent> ReadAsync(
        long after = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (StreamEntry entry in ReadRawAsync(after, cancellationToken).ConfigureAwait(false))
        {
            (AuditEntry? read, _, string? problem) = ReadEntry(entry.Content.Span, key: null);
            yield return read?.Event ?? throw new StateException($"Entry {entry.Sequence} of the audit of promotions was changed by hand: {problem}.");
        }
    }

    public async Task<PromotionVerification> VerifyAuditAsync(CancellationToken cancellationToken = default)
    {
        byte[]? key = await GetKeyAsync(cancellationToken).ConfigureAwait(false);
        var findings = new List<string>();
        string? previous = null;
        long count = 0;
        bool wasKeyed = false;
        bool isLastKeyed = true;
        await foreach (StreamEntry entry in ReadRawAsync(after: 0, cancellationToken).ConfigureAwait(false))
        {
            count++;
            (AuditEntry? read, bool isKeyed, string? problem) = ReadEntry(entry.Content.Span, key);
            if (problem is not null)
                findings.Add($"entry {entry.Sequence}: {problem}");
            else if (read!.Previous != previous)
                findings.Add($"entry {entry.Sequence}: it does not follow the entry before it");
            else if (read.Event.Number != entry.Sequence)
                findings.Add($"entry {entry.Sequence}: it is numbered {read.Event.Number}");
            if (wasKeyed && !isKeyed)
                findings.Add($"entry {entry.Sequence}: it is not made with the key, and the entry before it is");
            wasKeyed |= isKeyed;
            isLastKeyed = isKeyed;
            previous = HashOf(entry.Content.Span);
        }

        // Who has no key could make a whole chain of plain ones; none of them can be followed by one with the key.
        if (key is not null && !isLastKeyed)
            findings.Add($"the newest entry ({count}) is not made with the key; either nothing was recorded since there is a key, or the chain is another one");
        AuditHead? head = (await store.GetAsync(PromotionStore.AuditHeadKey, PromotionJson.Default.AuditHead, cancellationToken).ConfigureAwait(false)).Value;
        if (head is null ? count > 0 : head.Number != count || head.Hash != previous)
            findings.Add($"the newest entry is not the one that was written last ({head?.Number ?? 0}); entries were removed or replaced");
        return new PromotionVerification(count, findings);
    }

    private static (byte[] Content, string Hash) Write(AuditEntry entry, byte[]? key)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes((key is null ? Plain : Keyed) + "\n"), .. PromotionStore.Write(entry, PromotionJson.Default.AuditEntry)];
        string hash = HashOf(body, key);
        return ([.. Encoding.ASCII.GetBytes(hash + " "), .. body], hash);
    }

    private static (AuditEntry? Entry, bool IsKeyed, string? Problem) ReadEntry(ReadOnlySpan<byte> content, byte[]? key)
    {
        int line = content.IndexOf((byte)'\n');
        if (line <= HashLength || content[HashLength] != (byte)' ')
            return (null, false, "it is not in the format of an entry");
        ReadOnlySpan<byte> body = content[(HashLength + 1)..];
        string algorithm = Encoding.ASCII.GetString(content[(HashLength + 1)..line]);
        bool isKeyed = algorithm == Keyed;
        if (!isKeyed && algorithm != Plain)
            return (null, false, "its kind of hash is not known");
        string? problem = isKeyed && key is null ? null
            : HashOf(content) == HashOf(body, isKeyed ? key : null) ? null
            : isKeyed ? "it does not have the hash it carries, or the key is another" : "it does not have the hash it carries";
        try
        {
            AuditEntry? entry = JsonSerializer.Deserialize(content[(line + 1)..], PromotionJson.Default.AuditEntry);
            return (entry, isKeyed, entry is null ? "it is empty" : problem);
        }
        catch (JsonException)
        {
            return (null, isKeyed, problem ?? "it is not the JSON of an entry");
        }
    }

    private static string HashOf(ReadOnlySpan<byte> content) =>
        content.Length < HashLength ? "" : Encoding.ASCII.GetString(content[..HashLength]);

    private static string HashOf(ReadOnlySpan<byte> body, byte[]? key) =>
        Convert.ToHexStringLower(key is null ? SHA256.HashData(body) : HMACSHA256.HashData(key, body));

    private async Task<byte[]?> GetKeyAsync(CancellationToken cancellationToken) =>
        options.Value.AuditKey is { } name
            ? Encoding.UTF8.GetBytes(await secrets.GetSecretAsync(name, cancellationToken).ConfigureAwait(false))
            : null;

    // Page by page, so that no view of the store stays open while the caller works.
    private async IAsyncEnumerable<StreamEntry> ReadRawAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = new List<StreamEntry>(PageSize);
            await foreach (StreamEntry entry in store.State.ReadStreamAsync(
                new StreamQuery(PromotionStore.AuditStream) { After = after, Limit = PageSize }, cancellationToken).ConfigureAwait(false))
            {
                page.Add(entry);
            }

            foreach (StreamEntry entry in page)
                yield return entry;
            if (page.Count < PageSize)
                yield break;
            after = page[^1].Sequence;
        }
    }
}
