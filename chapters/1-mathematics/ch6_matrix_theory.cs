// chapter: ch6
// title: 행렬을 입력받는 합성함수의 도함수: 증명 | The derivative of a function of a matrix: the proof
// computes: 전치가 나타나는 까닭을 첨자로 증명하고 모든 원소에서 확인 | why transposes appear, proven by index notation and checked in every element
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% f = Σ_ij σ(g_ij) with g_ij = Σ_k x_ik w_kj: three samples, three inputs, two neurons
const int Samples = 3, Inputs = 3, Neurons = 2;
double size = lesson.Parameter("size", 1.0, -10, 10);
Tensor X = Tensor.From([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]]) * size;  // [3, 3]
Tensor W = Tensor.From([[1.0, 2], [3, 4], [5, 6]]);                                  // [3, 2]
Tensor F(Tensor x, Tensor w) => x.MatMul(w).Sigmoid().Sum();
Tensor S = X.MatMul(W).Sigmoid(), Slope = S * (1 - S);                               // [3, 2] each
lesson.Figure("f", F(X, W).Item(), expected: 5.8333294, tolerance: 1e-7);
lesson.Figure("g", X.MatMul(W), [[2.2, 2.8], [4.9, 6.4], [7.6, 10]], tolerance: 1e-12);
lesson.Figure("slope", Slope);

// %% step 1, nothing but indices: ∂g_ij/∂x_ak = δ_ia w_kj. Sum over every i, j and most terms are zero
double Delta(int a, int b) => a == b ? 1 : 0;
var byX = new double[Samples, Inputs];
var byW = new double[Inputs, Neurons];
for (int i = 0; i < Samples; i++)
{
    for (int j = 0; j < Neurons; j++)
    {
        double slope = Slope[i, j].Item();
        for (int k = 0; k < Inputs; k++)
        {
            for (int a = 0; a < Samples; a++)
                byX[a, k] += slope * Delta(i, a) * W[k, j].Item();
            for (int b = 0; b < Neurons; b++)
                byW[k, b] += slope * X[i, k].Item() * Delta(j, b);
        }
    }
}
lesson.Figure("index.dX", byX);
lesson.Figure("index.dW", byW);

// %% step 2: the deltas pick i = a and j = b; what is left is Σ_j s'_aj w_kj and Σ_i x_ik s'_ib
Tensor sumX = Tensor.Einsum("aj,kj->ak", Slope, W), sumW = Tensor.Einsum("ik,ib->kb", X, Slope);

// %% step 3: a matrix product sums over NEIGHBOURING indices; to bring the summed ones together a matrix must be turned
Tensor matrixX = Slope.MatMul(W.T), matrixW = X.T.MatMul(Slope);
lesson.Figure("matrix.dX", matrixX, [[0.1978766, 0.4855534, 0.7732303], [0.0106490, 0.0286349, 0.0466208], [5.907425e-4, 1.681436e-3, 2.772129e-3]], tolerance: 1e-7);
lesson.Figure("matrix.dW", matrixW, [[0.0122648, 0.0060980], [0.0220285, 0.0116720], [0.0317922, 0.0172459]], tolerance: 1e-7);
double Apart(Tensor a, Tensor b) => (a - b).Abs().Max().Item();
lesson.Figure("index-einsum", Math.Max(Apart(Tensor.From(byX), sumX), Apart(Tensor.From(byW), sumW)), expected: 0, tolerance: 1e-15);
lesson.Figure("index-matrix", Math.Max(Apart(Tensor.From(byX), matrixX), Apart(Tensor.From(byW), matrixW)), expected: 0, tolerance: 1e-15);

// %% the same seen as one big table: the Jacobian ∂g/∂x [6, 9] is Wᵀ repeated down the diagonal, ∂g/∂w [6, 6] is X spread out
Tensor jacobianX = Tensor.Eye(Samples, dtype: DType.Float64).Kron(W.T);
Tensor jacobianW = X.Kron(Tensor.Eye(Neurons, dtype: DType.Float64));
Tensor row = Slope.Reshape(1, -1);                                                   // [1, 6]
lesson.Figure("jacobian.dX.difference", Apart(row.MatMul(jacobianX).Reshape(Samples, Inputs), matrixX), expected: 0, tolerance: 1e-15);
lesson.Figure("jacobian.dW.difference", Apart(row.MatMul(jacobianW).Reshape(Inputs, Neurons), matrixW), expected: 0, tolerance: 1e-15);
lesson.Figure("jacobian.dX.zeros", jacobianX.Eq(0).To(DType.Float64).Mean().Item(), expected: 36.0 / 54, tolerance: 1e-12);

// %% autograd, and a proof must hold for every shape: thirty random ones against central differences
Tensor x = X.Clone().RequireGrad(), w = W.Clone().RequireGrad();
F(x, w).Backward();
lesson.Figure("autograd.difference", Math.Max(Apart(x.Grad!, matrixX), Apart(w.Grad!, matrixW)), expected: 0, tolerance: 1e-15);
var random = new NumPyRandom(lesson.Seed(6));
double worst = 0;
for (int trial = 0; trial < 30; trial++)
{
    int[] sizes = Tensor.RandInt(1, 6, [3], random).ToArray<long>().Select(n => (int)n).ToArray();
    Tensor left = Tensor.RandN([sizes[0], sizes[1]], random), right = Tensor.RandN([sizes[1], sizes[2]], random);
    Tensor s = left.MatMul(right).Sigmoid(), slope = s * (1 - s);
    double Difference(Tensor matrix, Tensor gradient, Func<Tensor, double> f) =>
        Enumerable.Range(0, matrix.Count).Max(n =>
        {
            Tensor nudge = Tensor.OneHot(Tensor.From((long)n), matrix.Count, DType.Float64).Reshape(matrix.Shape) * 1e-5;
            return Math.Abs((f(matrix + nudge) - f(matrix - nudge)) / 2e-5 - gradient.Reshape(-1)[n].Item());
        });
    worst = Math.Max(worst, Difference(left, slope.MatMul(right.T), m => F(m, right).Item()));
    worst = Math.Max(worst, Difference(right, left.T.MatMul(slope), m => F(left, m).Item()));
}
lesson.Figure("random.shapes.error", worst, expected: 0, tolerance: 1e-8);

// %% without the transpose: for most shapes the product is refused, but a square W lets the error pass in silence
Tensor square = Tensor.From([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]) * 0.1, flat = X.MatMul(square).Sigmoid();
Tensor flatSlope = flat * (1 - flat);
lesson.Figure("square.without.transpose.error", Apart(flatSlope.MatMul(square), flatSlope.MatMul(square.T)), expected: 0.14619768, tolerance: 1e-8);

// %% the pictures
string[] g = ["g₁₁", "g₁₂", "g₂₁", "g₂₂", "g₃₁", "g₃₂"];
lesson.Plot("jacobian", new Figure(lesson.Text("무엇이 무엇을 움직이는가", "What moves what"), 2,
[
    new Panel(lesson.Text("∂g/∂x: 대각선을 따라 Wᵀ가 세 번", "∂g/∂x: Wᵀ three times down the diagonal")).HeatMap(jacobianX, ColorMap.Diverging, g, [.. from i in "₁₂₃" from k in "₁₂₃" select $"x{i}{k}"], showValues: true),
    new Panel(lesson.Text("∂g/∂w: X의 원소마다 단위 행렬", "∂g/∂w: each element of X times an identity")).HeatMap(jacobianW, ColorMap.Diverging, g, [.. from k in "₁₂₃" from j in "₁₂" select $"w{k}{j}"], showValues: true),
    new Panel("∂f/∂X = S′Wᵀ").HeatMap(matrixX, ColorMap.Viridis, ["1", "2", "3"], ["1", "2", "3"], showValues: true),
    new Panel("∂f/∂W = XᵀS′").HeatMap(matrixW, ColorMap.Viridis, ["1", "2", "3"], ["1", "2"], showValues: true),
]));
