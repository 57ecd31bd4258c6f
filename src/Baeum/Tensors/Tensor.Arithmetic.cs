namespace Baeum;

public sealed partial class Tensor
{
    /// <summary>Sum, element by element; shapes broadcast.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => AddOp.Apply(a, b);

    /// <summary>Sum with a number.</summary>
    public static Tensor operator +(Tensor a, double b) => AddScalarRule.Apply(a, b);

    /// <summary>Sum with a number.</summary>
    public static Tensor operator +(double a, Tensor b) => AddScalarRule.Apply(b, a);

    /// <summary>Sum with a whole number.</summary>
    public static Tensor operator +(Tensor a, long b) => a.DType.IsFloatingPoint() ? a + (double)b : AddOp.Apply(a, a.Number(b));

    /// <summary>Sum with a whole number.</summary>
    public static Tensor operator +(long a, Tensor b) => b.DType.IsFloatingPoint() ? (double)a + b : AddOp.Apply(b.Number(a), b);

    /// <summary>Difference, element by element; shapes broadcast.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => SubOp.Apply(a, b);

    /// <summary>Difference with a number.</summary>
    public static Tensor operator -(Tensor a, double b) => AddScalarRule.Apply(a, -b);

    /// <summary>Difference with a number.</summary>
    public static Tensor operator -(double a, Tensor b) => SubFromScalarRule.Apply(b, a);

    /// <summary>Difference with a whole number.</summary>
    public static Tensor operator -(Tensor a, long b) => a.DType.IsFloatingPoint() ? a - (double)b : SubOp.Apply(a, a.Number(b));

    /// <summary>Difference with a whole number.</summary>
    public static Tensor operator -(long a, Tensor b) => b.DType.IsFloatingPoint() ? (double)a - b : SubOp.Apply(b.Number(a), b);

    /// <summary>Product, element by element; shapes broadcast.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => MulOp.Apply(a, b);

    /// <summary>Product with a number.</summary>
    public static Tensor operator *(Tensor a, double b) => MulScalarRule.Apply(a, b);

    /// <summary>Product with a number.</summary>
    public static Tensor operator *(double a, Tensor b) => MulScalarRule.Apply(b, a);

    /// <summary>Product with a whole number.</summary>
    public static Tensor operator *(Tensor a, long b) => a.DType.IsFloatingPoint() ? a * (double)b : MulOp.Apply(a, a.Number(b));

    /// <summary>Product with a whole number.</summary>
    public static Tensor operator *(long a, Tensor b) => b.DType.IsFloatingPoint() ? (double)a * b : MulOp.Apply(b.Number(a), b);

    /// <summary>Quotient, element by element; shapes broadcast; whole numbers are divided as Float32.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => DivOp.Apply(a, b);

    /// <summary>Quotient by a number.</summary>
    public static Tensor operator /(Tensor a, double b) => DivScalarRule.Apply(a, b);

    /// <summary>Quotient of a number.</summary>
    public static Tensor operator /(double a, Tensor b) => DivOp.Apply(b.Number(a), b);

    /// <summary>The negative of every element.</summary>
    public static Tensor operator -(Tensor x) => UnaryOp.Apply(x, UnaryRules.Neg);

    /// <summary>A number as a tensor of the type in which it meets this tensor.</summary>
    internal Tensor Number(double value) => Scalar(value, DTypes.PromoteNumber(this, numberIsInteger: false));

    /// <inheritdoc cref="Number(double)"/>
    internal Tensor Number(long value) => Scalar(value, DTypes.PromoteNumber(this, numberIsInteger: true));
}
