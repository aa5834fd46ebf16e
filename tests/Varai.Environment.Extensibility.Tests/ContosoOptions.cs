namespace Contoso.Extensions;

/// <summary>The settings of a vendor's package, section <c>Varai:Contoso</c>.</summary>
internal sealed class ContosoOptions
{
    public string Region { get; set; } = "";
}
