namespace Varai.Configuration.Schema;

/// <summary>Ends an evaluation that would never end, or not within the stack.</summary>
internal sealed class SchemaEvaluationException(string message, ConfigurationNode schema) : Exception(message)
{
    /// <summary>The part of the schema that was at work.</summary>
    public ConfigurationNode Schema { get; } = schema;
}
