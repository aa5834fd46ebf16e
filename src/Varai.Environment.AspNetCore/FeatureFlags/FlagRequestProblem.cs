namespace Varai.AspNetCore.FeatureFlags;

/// <summary>What is wrong with a client's request, in the terms of the protocol.</summary>
/// <param name="Code">The error code.</param>
/// <param name="Details">What is wrong, for the client's log.</param>
internal sealed record FlagRequestProblem(string Code, string Details)
{
    public const string ParseError = "PARSE_ERROR";
    public const string InvalidContext = "INVALID_CONTEXT";
    public const string TargetingKeyMissing = "TARGETING_KEY_MISSING";
    public const string FlagNotFound = "FLAG_NOT_FOUND";
}
