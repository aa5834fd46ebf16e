namespace Varai.Configuration.Schema;

/// <summary>The drafts of JSON Schema that are understood.</summary>
internal enum SchemaDraft
{
    /// <summary>Draft-07, the one most published schemas are written in.</summary>
    Draft7,

    /// <summary>Draft 2020-12, the current one.</summary>
    Draft202012,
}
