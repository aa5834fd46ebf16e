namespace Varai.Data;

/// <summary>What an item is.</summary>
public enum DataItemKind
{
    /// <summary>What has to be there before other items: the definitions of tables.</summary>
    Schema,

    /// <summary>The rows of a table.</summary>
    Table,

    /// <summary>A whole database as its engine stores it.</summary>
    Database,

    /// <summary>What the items before it have to be when they are restored.</summary>
    Checks,

    /// <summary>A file.</summary>
    File,

    /// <summary>A directory; it has no content.</summary>
    Directory,

    /// <summary>A symbolic link; it has no content.</summary>
    Link,
}
