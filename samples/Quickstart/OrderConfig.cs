using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace Quickstart;

/// <summary>The component <c>orders</c>.</summary>
internal sealed class OrderConfig
{
    [MinLength(1)]
    public required string[] Currencies { get; init; }

    [ConfigurationKeyName("default_currency")]
    public required string DefaultCurrency { get; init; }

    public required OrderLimits Limits { get; init; }

    [ConfigurationKeyName("shipping_zones")]
    public required ShippingZone[] ShippingZones { get; init; }
}

internal sealed class OrderLimits
{
    [ConfigurationKeyName("items_per_order")]
    [Range(1, 1000)]
    public int ItemsPerOrder { get; init; }

    [ConfigurationKeyName("order_total")]
    public decimal OrderTotal { get; init; }
}

internal sealed class ShippingZone
{
    public required string Name { get; init; }

    public required string[] Countries { get; init; }

    public decimal Cost { get; init; }

    [ConfigurationKeyName("free_from")]
    public decimal? FreeFrom { get; init; }
}
