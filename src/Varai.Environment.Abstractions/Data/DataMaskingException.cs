namespace Varai.Data;

/// <summary>A masking policy does not fit the data: columns that need a rule have none, or rules fit nothing. Nothing was
/// copied.</summary>
public sealed class DataMaskingException : DataComponentException
{
    /// <summary>Creates the error.</summary>
    /// <param name="component">The component's name.</param>
    /// <param name="message">What is missing and what to do; never quotes data.</param>
    /// <param name="columns">The columns it is about, each as <c>table.column</c>.</param>
    public DataMaskingException(string component, string message, IReadOnlyList<string> columns)
        : base(component, message) => Columns = columns;

    /// <summary>The columns it is about, each as <c>table.column</c>.</summary>
    public IReadOnlyList<string> Columns { get; }
}
