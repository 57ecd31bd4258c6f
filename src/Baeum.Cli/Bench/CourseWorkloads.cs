namespace Baeum.Cli.Bench;

/// <summary>The course's own training loops with gradients by hand, in Float64, operation for operation as a careful NumPy user writes them.</summary>
internal static class CourseWorkloads
{
    internal static IEnumerable<Workload> All =>
    [
        Loop("numpy_linear_3x1", Line),
        Loop("numpy_xor_2-2-1", Xor),
        Loop("numpy_softmax_130x4x3", Softmax),
        Loop("numpy_mlp_1-8-4-1", Perceptron),
        Loop("numpy_rnn_4-3-4_t4", Recurrent),
    ];

    private static Workload Loop(string name, Func<Action> prepare) => new(name, () =>
    {
        Action update = prepare();
        return () =>
        {
            using var scope = TensorScope.Begin();
            update();
        };
    }, Warm: 50, Seconds: 1);

    private static Action Line()
    {
        Tensor x = Tensor.From([[1.0], [2], [3]]), y = Tensor.From([[3.0], [5], [7]]);
        Tensor w = Tensor.From([[0.97]]), b = Tensor.From([[0.28]]);
        return () =>
        {
            Tensor d = x.MatMul(w) + b - y;
            w.SubInPlace(x.T.MatMul(d) * (1e-3 * 2 / 3));
            b.SubInPlace(d.Sum() * (1e-3 * 2 / 3));
        };
    }

    private static Action Xor()
    {
        var random = new NumPyRandom(0);
        Tensor x = Tensor.From([[0.0, 0], [0, 1], [1, 0], [1, 1]]), y = Tensor.From([[0.0], [1], [1], [0]]);
        Tensor w1 = Normal(random, 2, 2), b1 = Normal(random, 2), w2 = Normal(random, 2, 1), b2 = Normal(random, 1);
        return () =>
        {
            Tensor h = (x.MatMul(w1) + b1).Sigmoid(), d2 = (h.MatMul(w2) + b2).Sigmoid() - y;
            Tensor d1 = d2.MatMul(w2.T) * h * (1 - h);
            Update(w2, h.T.MatMul(d2), 0.1);
            Update(b2, d2.Sum(0), 0.1);
            Update(w1, x.T.MatMul(d1), 0.1);
            Update(b1, d1.Sum(0), 0.1);
        };
    }

    private static Action Softmax()
    {
        var random = new NumPyRandom(0);
        Tensor x = Tensor.Rand([130, 4], random, dtype: DType.Float64), t = Tensor.OneHot(Tensor.RandInt(0, 3, [130], random), 3, DType.Float64);
        Tensor w = Normal(random, 4, 3), b = Normal(random, 3);
        return () =>
        {
            Tensor d = (x.MatMul(w) + b).Softmax(1) - t;
            Update(w, x.T.MatMul(d), 5e-4);
            Update(b, d.Sum(0), 5e-4);
        };
    }

    private static Action Perceptron()
    {
        var random = new NumPyRandom(0);
        Tensor x = Tensor.Rand([24, 1], random, dtype: DType.Float64), y = Tensor.Rand([24, 1], random, dtype: DType.Float64);
        Tensor w1 = Normal(random, 1, 8), w2 = Normal(random, 8, 4), w3 = Normal(random, 4, 1);
        Tensor b1 = Tensor.Zeros([8], DType.Float64), b2 = Tensor.Zeros([4], DType.Float64), b3 = Tensor.Zeros([1], DType.Float64);
        return () =>
        {
            Tensor h1 = x.MatMul(w1) + b1, r1 = h1.Relu(), h2 = r1.MatMul(w2) + b2, r2 = h2.Relu();
            Tensor d3 = (r2.MatMul(w3) + b3 - y) * (2.0 / 24);
            Tensor d2 = d3.MatMul(w3.T) * (h2 > 0).To(DType.Float64), d1 = d2.MatMul(w2.T) * (h1 > 0).To(DType.Float64);
            Update(w1, x.T.MatMul(d1), 1e-3);
            Update(b1, d1.Sum(0), 1e-3);
            Update(w2, r1.T.MatMul(d2), 1e-3);
            Update(b2, d2.Sum(0), 1e-3);
            Update(w3, r2.T.MatMul(d3), 1e-3);
            Update(b3, d3.Sum(0), 1e-3);
        };
    }

    private static Action Recurrent()
    {
        var random = new NumPyRandom(0);
        Tensor x = Tensor.Eye(4, dtype: DType.Float64), t = Tensor.From([[0.0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0]]);
        Tensor u = Normal(random, 4, 3), v = Normal(random, 3, 4), r = Normal(random, 3, 3), bh = Tensor.Zeros([3], DType.Float64), by = Tensor.Zeros([4], DType.Float64);
        return () =>
        {
            var h = new Tensor[5];
            h[0] = Tensor.Zeros([1, 3], DType.Float64);
            for (int i = 0; i < 4; i++)
                h[i + 1] = (x.Narrow(0, i, 1).MatMul(u) + h[i].MatMul(r) + bh).Tanh();
            Tensor states = Tensor.Cat(h[1..]), d = (states.MatMul(v) + by).Softmax(1) - t;
            Tensor du = Tensor.ZerosLike(u), dr = Tensor.ZerosLike(r), db = Tensor.ZerosLike(bh), next = Tensor.Zeros([1, 3], DType.Float64);
            Tensor dv = states.T.MatMul(d), dby = d.Sum(0);
            for (int i = 3; i >= 0; i--)
            {
                Tensor g = (d.Narrow(0, i, 1).MatMul(v.T) + next) * (1 - h[i + 1].Square());
                du.AddInPlace(x.Narrow(0, i, 1).T.MatMul(g));
                dr.AddInPlace(h[i].T.MatMul(g));
                db.AddInPlace(g.Sum(0));
                next = g.MatMul(r.T);
            }
            Update(u, du, 0.005);
            Update(v, dv, 0.005);
            Update(r, dr, 0.005);
            Update(bh, db, 0.005);
            Update(by, dby, 0.005);
        };
    }

    private static Tensor Normal(NumPyRandom random, params int[] shape) => Tensor.RandN(shape, random, dtype: DType.Float64);

    private static void Update(Tensor parameter, Tensor gradient, double rate) => parameter.SubInPlace(gradient * rate);
}
