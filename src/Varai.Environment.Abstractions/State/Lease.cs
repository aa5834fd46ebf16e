namespace Varai.State;

/// <summary>An exclusive right, as it was when the store returned it.</summary>
/// <param name="Name">What it is a right to.</param>
/// <param name="Holder">Who took it.</param>
/// <param name="Token">The fencing token: each acquisition of a name gets a greater one, for ever, also after a release.
/// Hand it to anything outside the store that must refuse a late holder.</param>
/// <param name="ExpiresAt">When it ends unless renewed, in UTC; at this very instant it has ended.</param>
public sealed record Lease(string Name, string Holder, long Token, DateTimeOffset ExpiresAt);
