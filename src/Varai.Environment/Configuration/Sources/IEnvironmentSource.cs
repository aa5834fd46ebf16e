using Varai.Configuration.Documents;
using Varai.Configuration.History;

namespace Varai.Configuration.Sources;

/// <summary>Where the documents of the environments and their schemas lie. Everything above reads them by paths below
/// <see cref="Root"/>, at once and from any thread.</summary>
internal interface IEnvironmentSource
{
    /// <summary>What every path begins with; full, and without a separator at its end.</summary>
    string Root { get; }

    /// <summary>What messages call it.</summary>
    string DisplayPath { get; }

    /// <summary>Whether there is anything to read from.</summary>
    bool Exists { get; }

    /// <summary>Whether a machine can have a layer of its own.</summary>
    bool HasLocalLayer { get; }

    /// <summary>What messages and origins call a document.</summary>
    string Display(string path);

    /// <summary>The paths of the documents that lie directly in the root, or in a folder below it.</summary>
    IEnumerable<string> List(string? folder = null);

    /// <summary>Whether something has this path, be it readable or not.</summary>
    bool Contains(string path);

    /// <summary>Whether a document has this path.</summary>
    bool IsFile(string path);

    /// <summary>Reads a document once.</summary>
    /// <returns>Its content without a byte order mark; <see langword="null"/> when there is an error.</returns>
    ConfigurationFile? Read(string path, DocumentLimits limits, List<ConfigurationError> errors);

    /// <summary>The bytes of a document as they are; <see langword="null"/> when there is none.</summary>
    byte[]? ReadBytes(string path);

    /// <summary>What a document tells besides its text.</summary>
    SavedFile Describe(string path);

    /// <summary>Makes the readings that follow see what is there now.</summary>
    /// <exception cref="VaraiException">It can't be reached.</exception>
    ValueTask RefreshAsync(CancellationToken cancellationToken);
}
