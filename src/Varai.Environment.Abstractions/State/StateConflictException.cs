using System.Globalization;

namespace Varai.State;

/// <summary>Somebody else changed a document or stream first; nothing was changed. Read it again, decide again, retry.</summary>
public sealed class StateConflictException : VaraiException
{
    /// <summary>Creates the error.</summary>
    /// <param name="operation">The operation whose expectation did not hold.</param>
    /// <param name="actual">The version or sequence found; 0 when there is nothing.</param>
    public StateConflictException(StateOperation operation, long actual)
        : base(Write(operation, actual))
    {
        Key = operation.Name;
        Expected = operation.Expected ?? 0;
        Actual = actual;
    }

    /// <summary>The document's key or the stream's name.</summary>
    public string Key { get; }

    /// <summary>The version or last sequence expected; 0 for "not there".</summary>
    public long Expected { get; }

    /// <summary>The version or last sequence found; 0 for "not there".</summary>
    public long Actual { get; }

    private static string Write(StateOperation operation, long actual)
    {
        bool isStream = operation.Kind == StateOperationKind.Append;
        string found = actual == 0
            ? isStream ? "is empty" : "does not exist"
            : string.Create(CultureInfo.InvariantCulture, $"is at {(isStream ? "sequence" : "version")} {actual}");
        string expected = operation.Expected is null or 0
            ? isStream ? "it was expected to be empty" : "it was expected not to exist"
            : string.Create(CultureInfo.InvariantCulture, $"{operation.Expected} was expected");
        return $"The {(isStream ? "stream" : "document")} '{operation.Name}' {found}, but {expected}: read it again and retry.";
    }
}
