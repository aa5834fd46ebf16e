namespace Varai.Data;

/// <summary>A policy with its key, for a component to apply to what it captures.</summary>
/// <remarks>Safe from any thread. Written by the library; components call it.</remarks>
public interface IDataMasker
{
    /// <summary>The rules, conditions and exclusions.</summary>
    DataMaskingPolicy Policy { get; }

    /// <summary>Whether a column that can hold text or bytes must have a rule: the data goes to an environment of lower rank.</summary>
    bool IsRequired { get; }

    /// <summary>Masks a text.</summary>
    /// <param name="rule">The column's rule.</param>
    /// <param name="value">The value.</param>
    /// <returns>What takes its place; <see langword="null"/> for NULL.</returns>
    string? MaskText(MaskingRule rule, string value);

    /// <summary>Masks a whole number.</summary>
    /// <param name="rule">The column's rule.</param>
    /// <param name="value">The value.</param>
    /// <returns>What takes its place; <see langword="null"/> for NULL.</returns>
    long? MaskInteger(MaskingRule rule, long value);

    /// <summary>Masks bytes.</summary>
    /// <param name="rule">The column's rule, other than <see cref="MaskingRule.Keep"/>.</param>
    /// <param name="value">The value; read to its end.</param>
    /// <returns>What takes its place; <see langword="null"/> for NULL.</returns>
    byte[]? MaskBytes(MaskingRule rule, Stream value);
}
