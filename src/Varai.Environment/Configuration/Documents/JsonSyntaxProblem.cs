namespace Varai.Configuration.Documents;

/// <summary>One syntax error on its way to a <see cref="ConfigurationError"/>.</summary>
internal sealed record JsonSyntaxProblem(
    int Offset, string Message, string? Expected = null, string? Found = null, string? DidYouMean = null);
