using System.Runtime.ExceptionServices;

namespace Varai.Secrets;

/// <summary>What is known of one address; immutable but for the text, which is made when it is first asked for.</summary>
/// <param name="Secret">The secret, or null when no provider held it. An entry that is served as a failure still has the last one, to
/// tell whether the next is another.</param>
/// <param name="ReadAt">When a provider answered, in the time of <see cref="SecretCacheClock"/>.</param>
/// <param name="RefreshAt">Until when it is served without doing anything.</param>
/// <param name="FreshUntil">The end of its time to live.</param>
/// <param name="StaleUntil">Until when it may be served past that: its own expiry, or, once a refresh has failed, an earlier
/// end.</param>
internal sealed record SecretCacheEntry(Secret? Secret, long ReadAt, long RefreshAt, long FreshUntil, long StaleUntil)
{
    private string? _text;

    /// <summary>Whether the last attempt to refresh it has failed.</summary>
    public bool IsFailing { get; init; }

    /// <summary>What each read gets, when there is nothing else to give.</summary>
    public ExceptionDispatchInfo? Failure { get; init; }

    /// <summary>For a field: the entry of the secret that it was taken from.</summary>
    public SecretCacheEntry? Origin { get; init; }

    /// <summary>The value as text, once somebody has asked for it.</summary>
    public string? Text => _text;

    /// <summary>Whether every provider has answered that it holds no such secret.</summary>
    public bool IsMissing => Secret is null && Failure is null;

    /// <summary>Whether somebody who must not has disposed the value.</summary>
    public bool IsBroken => Secret?.Value.IsDisposed() == true;

    /// <summary>Whether it is served past its time to live because it can't be refreshed.</summary>
    public bool IsStale(long now) => IsFailing && Failure is null && Secret is not null && now >= FreshUntil && now < StaleUntil;

    /// <summary>Whether the value may be given while a refresh is under way or fails.</summary>
    public bool MayServe(long now) => Failure is null && Secret is not null && (now < FreshUntil || now < StaleUntil);

    /// <exception cref="SecretException">The value is binary.</exception>
    public string Reveal() => _text ??= Secret!.RevealString();

    /// <summary>The entry of a field of this secret.</summary>
    public SecretCacheEntry ForField(Secret field) => this with { Secret = field, Origin = this, _text = null };

    public override string ToString() => SecretValue.Redacted;
}
