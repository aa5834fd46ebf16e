using System.Text;

namespace Varai.Configuration;

/// <summary>A configuration that can't be used, with every error found in it.</summary>
public class ConfigurationException : VaraiException
{
    // A file may hold thousands of errors; a message is read by a person.
    private const int MaximumShown = 50;

    /// <summary>Creates the error.</summary>
    /// <param name="summary">What was tried.</param>
    /// <param name="errors">Every error found, in the order of the files.</param>
    /// <param name="innerException">What caused it, if anything.</param>
    public ConfigurationException(string summary, IReadOnlyList<ConfigurationError> errors, Exception? innerException = null)
        : base(Write(summary, errors), innerException) => Errors = errors;

    /// <summary>Every error found, in the order of the files.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; }

    private static string Write(string summary, IReadOnlyList<ConfigurationError> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var text = new StringBuilder(summary);
        foreach (ConfigurationError error in errors.Take(MaximumShown))
            text.Append("\n  ").Append(error);
        if (errors.Count > MaximumShown)
            text.Append("\n  and ").Append(errors.Count - MaximumShown).Append(" more");
        return text.ToString();
    }
}
