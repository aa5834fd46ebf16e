namespace Varai.Data.Databases;

/// <summary>A column that is stored; generated ones are computed again.</summary>
internal sealed record TableColumn(string Name, string DeclaredType, bool IsStrict)
{
    /// <summary>Whether text or bytes belong into it by its declaration. A date is text to SQLite, whatever the affinity.</summary>
    public bool IsTextLike
    {
        get
        {
            string type = DeclaredType.ToUpperInvariant();
            if (type.Contains("INT", StringComparison.Ordinal))
                return false;
            if (type.Length == 0 || Has("CHAR", "CLOB", "TEXT", "BLOB", "ANY", "DATE", "TIME", "JSON", "UUID", "GUID", "STRING"))
                return true;
            return !Has("REAL", "FLOA", "DOUB", "NUM", "DEC", "BOOL", "MONEY");

            bool Has(params ReadOnlySpan<string> parts)
            {
                foreach (string part in parts)
                {
                    if (type.Contains(part, StringComparison.Ordinal))
                        return true;
                }

                return false;
            }
        }
    }
}
