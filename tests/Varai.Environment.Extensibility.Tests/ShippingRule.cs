using System.Globalization;
using Varai.Configuration;

namespace Contoso.Extensions;

/// <summary>A rule written outside Varai: shipping may not be free below what the cheapest order costs.</summary>
internal sealed class ShippingRule : IConfigurationRule
{
    public string Name => "contoso-shipping";

    public void Validate(ConfigurationRuleContext context)
    {
        if (Read(context, "orders:free_from") < Read(context, "orders:minimum"))
            context.Error("orders:free_from", "Shipping is free below the minimum of an order.", expected: "at least orders:minimum");
    }

    private static decimal? Read(ConfigurationRuleContext context, string key) =>
        decimal.TryParse(context.Root.FindKey(key)?.Text, CultureInfo.InvariantCulture, out decimal value) ? value : null;
}
