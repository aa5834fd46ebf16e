namespace Varai.Promotion;

/// <summary>Knows whether a secret exists in an environment, so that a plan can tell of references that would not resolve there.</summary>
/// <remarks>One per host, replaced with <c>UsePromotionSecrets</c>. The default asks this process' providers about the environment that the
/// process runs in, and knows nothing of others. Called from any thread; it may throw <see cref="VaraiException"/>, which counts as not known.</remarks>
public interface IPromotionSecrets
{
    /// <summary>Whether a secret can be read there.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="secretName">The name, as in <c>${secret:name}</c>.</param>
    /// <param name="cancellationToken">Cancels the look.</param>
    /// <returns><see langword="null"/> when that can't be told from here.</returns>
    ValueTask<bool?> ExistsAsync(string environment, string secretName, CancellationToken cancellationToken);
}
