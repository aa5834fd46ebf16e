namespace Varai.FeatureFlags;

/// <summary>An edit of the feature flags was made for another version than the store has now.</summary>
public sealed class FeatureFlagConflictException : VaraiException
{
    /// <summary>Creates the error.</summary>
    /// <param name="expected">The version that the edit was made for.</param>
    /// <param name="found">The version there is now.</param>
    /// <param name="innerException">What caused it, if anything.</param>
    public FeatureFlagConflictException(string expected, string found, Exception? innerException = null)
        : base($"The feature flags are at version '{found}', not '{expected}' as the edit expects: somebody changed them. Read them again and decide anew.", innerException)
    {
        Expected = expected;
        Found = found;
    }

    /// <summary>The version that the edit was made for.</summary>
    public string Expected { get; }

    /// <summary>The version there is now.</summary>
    public string Found { get; }
}
