using System.Globalization;

namespace Varai.Configuration;

/// <summary>Where something was written.</summary>
/// <param name="File">The file's path as the user knows it, relative to the content root where possible.</param>
/// <param name="Line">The line, from 1; 0 when the position is unknown.</param>
/// <param name="Column">The column in UTF-16 units, from 1, as editors count; 0 when unknown.</param>
public readonly record struct ConfigurationOrigin(string File, int Line, int Column)
{
    /// <summary>Writes <c>file:line:column</c>, the form that terminals and editors turn into a link.</summary>
    public override string ToString() => Line == 0
        ? File
        : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}");
}
